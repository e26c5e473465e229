package dev.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The routes of one match, in the order in which a request tries them. They have the same {@code
 * allow} and the same {@code idempotency}: API Gateway knows the match alone, and a record of a
 * request is found by it.
 *
 * @param routes one or more
 */
public record Variants(Match match, List<Route> routes) implements Matched {
  public Variants {
    routes = routes.stream().sorted(Comparator.comparing(Route::when, When.PRECEDENCE)).toList();
  }

  /** The routes of a gateway by their matches, in the order of the file. */
  public static List<Variants> of(List<Route> routes) {
    Map<Match, List<Route>> byMatch = new LinkedHashMap<>();
    routes.forEach(
        route -> byMatch.computeIfAbsent(route.match(), _ -> new ArrayList<>(1)).add(route));
    return byMatch.entrySet().stream()
        .map(entry -> new Variants(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Who may use any of them. */
  public Allow allow() {
    return routes.getFirst().allow();
  }

  /** How a repeated request is recognised, whichever of them serves it. */
  public Route.Idempotency idempotency() {
    return routes.getFirst().idempotency();
  }
}
