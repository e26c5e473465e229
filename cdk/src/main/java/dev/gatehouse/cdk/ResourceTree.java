package dev.gatehouse.cdk;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Match.Segment;
import dev.gatehouse.config.Matched;
import dev.gatehouse.config.OwnEndpoint;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.config.Variants;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The resources of the REST API that decide like the route table.
 *
 * <p>API Gateway walks its tree segment by segment: a child with exactly this name, else the one
 * child with a path variable, of which a parent can have one. Nothing documents that it turns back
 * when a branch leads nowhere, so nothing here depends on it. Route patterns overlap freely;
 * therefore the tree is made deterministic, as a finite automaton is (subset construction): a
 * resource stands for <em>every</em> pattern that is still possible after its path, its literal
 * children are the texts that any of these patterns could continue with, and its variable child is
 * what remains possible after any other text.
 *
 * <pre>
 * /a/b/c  and  /a/**   become   /a/b  /a/b/c  /a/b/c/{proxy+}  /a/b/{proxy+}  /a/{proxy+}
 * /a/*&#47;x and  /a/**   become   /a/{p2}  /a/{p2}/x  /a/{p2}/x/{proxy+}  /a/{p2}/{proxy+}
 * </pre>
 *
 * <p>All paths that reach one resource therefore have the same candidates, and the route table's
 * answer for one of them is the answer for all: that is how each method is found.
 *
 * <p>{@code ANY} stands on every resource that a route ends at, as most methods are, and a method
 * by itself where it differs. Methods without a route, and OPTIONS, have no guard: the function
 * that owns the path answers 405 and preflights.
 */
final class ResourceTree {
  /** What API Gateway takes beside ANY. */
  private static final List<String> METHODS =
      List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /** A text that no literal of a route can be, see {@link Match}. */
  private static final String OTHER = "~";

  private final Decision decision;

  /** The route tables: what answers this method on this path; nothing for an unknown path. */
  @FunctionalInterface
  interface Decision {
    /**
     * @param segments decoded
     */
    Optional<ApiMethod> decide(String method, List<String> segments);
  }

  private ResourceTree(Decision decision) {
    this.decision = decision;
  }

  /** Builds the root for a gateway, whose own endpoints come before its routes. */
  static ApiResource of(Gateway gateway) {
    List<OwnEndpoint> own = OwnEndpoint.of(gateway);
    List<Variants> variants = Variants.of(gateway.routes());
    Decision endpoints = decision(own, OwnEndpoint::owner, OwnEndpoint::allow);
    Decision routes = decision(variants, _ -> Owner.PROXY, Variants::allow);
    return of(
        Stream.concat(own.stream(), variants.stream()).map(Matched::match).toList(),
        (method, path) -> endpoints.decide(method, path).or(() -> routes.decide(method, path)));
  }

  /** Builds the root. */
  static ApiResource of(List<Match> matches, Decision decision) {
    List<Cursor> start = matches.stream().map(match -> new Cursor(match.segments())).toList();
    return new ResourceTree(decision).resource("", List.of(), start);
  }

  /** As this table decides; who has a path answers all of its methods. */
  static <R extends Matched> Decision decision(
      List<R> routes, Function<R, Owner> owner, Function<R, Allow> allow) {
    RouteTable<R> table = RouteTable.of(routes);
    return (method, path) ->
        switch (table.find(method, path)) {
          case RouteTable.Found<R>(R route) ->
              Optional.of(new ApiMethod(owner.apply(route), Guard.of(allow.apply(route))));
          case RouteTable.MethodNotAllowed<R>(SortedSet<String> allowed) ->
              Optional.of(new ApiMethod(owner.apply(any(table, allowed, path)), Guard.NONE));
          case RouteTable.NoRoute<R>() -> Optional.empty();
        };
  }

  private static <R extends Matched> R any(
      RouteTable<R> table, SortedSet<String> allowed, List<String> path) {
    return allowed.stream()
        .map(method -> table.find(method, path))
        .flatMap(
            matching ->
                matching instanceof RouteTable.Found<R>(R route)
                    ? Stream.of(route)
                    : Stream.<R>empty())
        .findFirst()
        .orElseThrow();
  }

  /** What remains of a pattern. */
  private record Cursor(List<Segment> rest) {
    boolean ends() {
      return rest.isEmpty();
    }

    boolean isRest() {
      return !ends() && rest.getFirst() instanceof Segment.Rest;
    }

    Optional<String> literal() {
      return !ends() && rest.getFirst() instanceof Segment.Literal(String text)
          ? Optional.of(text)
          : Optional.empty();
    }

    /** What remains after this text, if it is possible at all; a rest stays and may also end. */
    List<Cursor> after(String text) {
      if (ends()) {
        return List.of();
      }
      return switch (rest.getFirst()) {
        case Segment.Literal literal -> literal.text().equals(text) ? List.of(next()) : List.of();
        case Segment.One one -> List.of(next());
        case Segment.Rest all -> List.of(this, next());
      };
    }

    private Cursor next() {
      return new Cursor(rest.subList(1, rest.size()));
    }
  }

  private ApiResource resource(String part, List<String> path, List<Cursor> possible) {
    boolean ends = possible.stream().anyMatch(Cursor::ends);
    List<ApiResource> children = new ArrayList<>();
    TreeSet<String> literals = new TreeSet<>();
    possible.forEach(cursor -> cursor.literal().ifPresent(literals::add));
    for (String text : literals) {
      children.add(child(text, text, path, possible));
    }
    variable(path, possible).ifPresent(children::add);
    return new ApiResource(part, ends ? methods(path) : new TreeMap<>(), children);
  }

  private Optional<ApiResource> variable(List<String> path, List<Cursor> possible) {
    List<Cursor> open =
        possible.stream().filter(cursor -> !cursor.ends() && cursor.literal().isEmpty()).toList();
    if (open.isEmpty()) {
      return Optional.empty();
    }
    if (open.stream().allMatch(Cursor::isRest)) {
      return Optional.of(new ApiResource("{proxy+}", methods(append(path, OTHER)), List.of()));
    }
    String name = "{p" + (path.size() + 1) + "}";
    return Optional.of(child(name, OTHER, path, possible));
  }

  private ApiResource child(String part, String text, List<String> path, List<Cursor> possible) {
    List<Cursor> next =
        possible.stream().flatMap(cursor -> cursor.after(text).stream()).distinct().toList();
    return resource(part, append(path, text), next);
  }

  private NavigableMap<String, ApiMethod> methods(List<String> path) {
    NavigableMap<String, ApiMethod> methods = new TreeMap<>();
    METHODS.forEach(name -> methods.put(name, decision.decide(name, path).orElseThrow()));
    ApiMethod any = mostFrequent(methods.values());
    methods.values().removeIf(any::equals);
    methods.put(Match.ANY, any);
    return methods;
  }

  /**
   * Of several equally frequent ones the strictest, so that the answer does not depend on order.
   */
  private static ApiMethod mostFrequent(Collection<ApiMethod> methods) {
    return methods.stream()
        .max(
            Comparator.<ApiMethod>comparingInt(method -> Collections.frequency(methods, method))
                .thenComparing(ApiMethod::guard)
                .thenComparing(ApiMethod::owner))
        .orElseThrow();
  }

  private static List<String> append(List<String> path, String text) {
    List<String> longer = new ArrayList<>(path);
    longer.add(text);
    return longer;
  }
}
