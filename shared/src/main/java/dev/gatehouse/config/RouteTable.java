package dev.gatehouse.config;

import dev.gatehouse.config.Match.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which route serves a request; the one answer for API Gateway's resources, for the pipeline and
 * for the local run.
 *
 * <p>Of the patterns that fit a path the most specific one <em>that has the method</em> serves it.
 * Patterns are compared segment by segment from the left: a literal before {@code *} before {@code
 * **}. Within a pattern the exact method goes before {@code ANY}; HEAD goes to its own route, else
 * to the one for GET, else to {@code ANY}.
 *
 * <p>That is how a REST API resolves a request, measured on the service: it picks a pair of
 * resource and method, not a resource. With {@code PATCH /users/me} and {@code GET /users/{id}},
 * {@code GET /users/me} is served by {@code /users/{id}}; with {@code GET /jobs/{op}} and {@code
 * ANY /{proxy+}}, {@code POST /jobs/reboot} is served by {@code /{proxy+}} two levels up, so it
 * does turn back (github.com/floci-io/floci/pull/3399, github.com/ministackorg/ministack/pull/1423;
 * {@code OPTIONS} likewise in LocalStack's test that was validated on AWS,
 * github.com/localstack/localstack/pull/9208). Whether it turns back from a literal to a variable
 * that is no greedy one has not been measured: the CDK's resources do not rest on it, they name
 * what such a request would need.
 *
 * <p>A tree of segments: a request visits each node at most once, without allocating.
 *
 * @param <R> what the requests are served by
 */
public final class RouteTable<R extends Matched> {
  private final Node<R> root = new Node<>();

  private RouteTable() {}

  /**
   * A table of routes, in any order.
   *
   * @throws IllegalArgumentException if two have the same match
   */
  public static <R extends Matched> RouteTable<R> of(List<R> routes) {
    RouteTable<R> table = new RouteTable<>();
    routes.forEach(table::add);
    return table;
  }

  /** What serves a request. */
  public sealed interface Matching<R extends Matched> {}

  /** A route does. */
  public record Found<R extends Matched>(R route) implements Matching<R> {}

  /**
   * There are routes for the path, but none for the method.
   *
   * @param allowed the methods of all routes for the path, and OPTIONS
   */
  public record MethodNotAllowed<R extends Matched>(SortedSet<String> allowed)
      implements Matching<R> {}

  /** There is no route for the path. */
  public record NoRoute<R extends Matched>() implements Matching<R> {}

  /**
   * What serves a request.
   *
   * @param segments decoded; none for {@code /}
   */
  public Matching<R> find(String method, List<String> segments) {
    R route = root.find(method, segments, 0);
    if (route != null) {
      return new Found<>(route);
    }
    SortedSet<String> allowed = new TreeSet<>();
    root.methods(segments, 0, allowed);
    if (allowed.isEmpty()) {
      return new NoRoute<>();
    }
    allowed.add("OPTIONS");
    return new MethodNotAllowed<>(allowed);
  }

  private void add(R route) {
    Node<R> node = root;
    for (Segment segment : route.match().segments()) {
      node = node.below(segment);
    }
    node.end.add(route);
  }

  /** The routes that have the segments up to here in common. */
  private static final class Node<R extends Matched> {
    private final Map<String, Node<R>> literals = new HashMap<>();
    private final Routes<R> end = new Routes<>();
    private @Nullable Node<R> one;
    private @Nullable Node<R> rest;

    Node<R> below(Segment segment) {
      return switch (segment) {
        case Segment.Literal(String text) -> literals.computeIfAbsent(text, _ -> new Node<>());
        case Segment.One() -> {
          Node<R> node = one == null ? new Node<>() : one;
          one = node;
          yield node;
        }
        case Segment.Rest() -> {
          Node<R> node = rest == null ? new Node<>() : rest;
          rest = node;
          yield node;
        }
      };
    }

    @Nullable R find(String method, List<String> segments, int depth) {
      if (depth == segments.size()) {
        return end.find(method);
      }
      Node<R> literal = literals.get(segments.get(depth));
      R route = literal == null ? null : literal.find(method, segments, depth + 1);
      if (route == null && one != null) {
        route = one.find(method, segments, depth + 1);
      }
      return route == null && rest != null ? rest.end.find(method) : route;
    }

    void methods(List<String> segments, int depth, SortedSet<String> methods) {
      if (depth == segments.size()) {
        end.methods(methods);
        return;
      }
      Node<R> literal = literals.get(segments.get(depth));
      if (literal != null) {
        literal.methods(segments, depth + 1, methods);
      }
      if (one != null) {
        one.methods(segments, depth + 1, methods);
      }
      if (rest != null) {
        rest.end.methods(methods);
      }
    }
  }

  /** The routes of one pattern, by method. */
  private static final class Routes<R extends Matched> {
    private final Map<String, R> exact = new HashMap<>();

    void add(R route) {
      if (exact.putIfAbsent(route.match().method(), route) != null) {
        throw new IllegalArgumentException(
            route.match() + " twice (expected: one route for each match)");
      }
    }

    @Nullable R find(String method) {
      R route = exact.get(method);
      if (route == null && method.equals("HEAD")) {
        route = exact.get("GET");
      }
      if (route == null && Methods.of(Match.ANY).contains(method)) {
        route = exact.get(Match.ANY);
      }
      return method.equals(Match.ANY) ? null : route;
    }

    void methods(SortedSet<String> methods) {
      for (String method : exact.keySet()) {
        methods.addAll(Methods.of(method));
        if (method.equals("GET")) {
          methods.add("HEAD");
        }
      }
    }
  }
}
