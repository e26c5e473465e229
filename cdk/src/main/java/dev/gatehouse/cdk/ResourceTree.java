package dev.gatehouse.cdk;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Match.Segment;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * answer for one of them is the answer for all: that is how the guard of each method is found.
 *
 * <p>{@code ANY} stands on every resource that a route ends at, with the guard that most methods
 * have, and a method by itself where its guard is another one. Methods without a route, and
 * OPTIONS, have no guard: the pipeline answers 405 and preflights.
 */
final class ResourceTree {
  /** What API Gateway takes beside ANY. */
  private static final List<String> METHODS =
      List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /** A text that no literal of a route can be, see {@link Match}. */
  private static final String OTHER = "~";

  private final Map<List<String>, Allow> system;
  private final Decision routes;

  /** The route table: which route, if any, serves this method on this path. */
  @FunctionalInterface
  interface Decision {
    /**
     * @param segments decoded
     */
    Optional<Allow> decide(String method, List<String> segments);
  }

  private ResourceTree(Map<List<String>, Allow> system, Decision routes) {
    this.system = system;
    this.routes = routes;
  }

  /** Builds the root for a gateway. */
  static ApiResource of(Gateway gateway) {
    RouteTable table = RouteTable.of(gateway.routes());
    return of(
        gateway.routes().stream().map(Route::match).toList(),
        SystemRoutes.of(gateway.operations()),
        (method, path) ->
            switch (table.find(method, path)) {
              case RouteTable.Found(Route route) -> Optional.of(route.allow());
              case RouteTable.MethodNotAllowed methods -> Optional.empty();
              case RouteTable.NoRoute none -> Optional.empty();
            });
  }

  /** Builds the root. */
  static ApiResource of(List<Match> matches, Map<List<String>, Allow> system, Decision routes) {
    List<Cursor> start = new ArrayList<>();
    for (Match match : matches) {
      start.add(new Cursor(match.segments()));
    }
    for (List<String> path : system.keySet()) {
      start.add(new Cursor(path.stream().<Segment>map(text -> new Segment.Literal(text)).toList()));
    }
    return new ResourceTree(system, routes).resource("", List.of(), start);
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

  private NavigableMap<String, Guard> methods(List<String> path) {
    NavigableMap<String, Guard> guards = new TreeMap<>();
    METHODS.forEach(method -> guards.put(method, guard(method, path)));
    Guard any = mostFrequent(guards.values());
    guards.values().removeIf(guard -> guard == any);
    guards.put(Match.ANY, any);
    return guards;
  }

  private Guard guard(String method, List<String> path) {
    boolean reads = method.equals("GET") || method.equals("HEAD");
    Allow own = system.get(path);
    if (own != null) {
      return reads ? Guard.of(own) : Guard.NONE;
    }
    return routes
        .decide(method, path)
        .or(() -> reads ? routes.decide("GET", path) : Optional.empty())
        .map(Guard::of)
        .orElse(Guard.NONE);
  }

  /**
   * Of several equally frequent ones the strictest, so that the answer does not depend on order.
   */
  private static Guard mostFrequent(Collection<Guard> guards) {
    return Stream.of(Guard.values())
        .max(Comparator.comparingInt(guard -> Collections.frequency(guards, guard)))
        .orElseThrow();
  }

  private static List<String> append(List<String> path, String text) {
    List<String> longer = new ArrayList<>(path);
    longer.add(text);
    return longer;
  }
}
