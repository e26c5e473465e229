package dev.gatehouse.config;

import dev.gatehouse.config.Match.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What routes must be to each other and to the gateway's own paths: those of one match are told
 * apart ({@link VariantRules}), and each can be reached.
 *
 * <p>A more specific pattern never covers all of a less specific one, as no set of literals is
 * every segment. So a route is out of reach in two cases only: it is for any method and others with
 * its pattern take each of them; or its pattern ends in {@code **}, and the same pattern with
 * {@code *} and with {@code *}, {@code **} instead take all of it.
 */
final class RouteRules {
  private final List<Placed> routes = new ArrayList<>();
  private final Map<List<Segment>, Map<String, Placed>> taken = new HashMap<>();
  private final Map<Match, List<Cursor>> variants = new LinkedHashMap<>();
  private final Faults faults;

  private RouteRules(Faults faults) {
    this.faults = faults;
  }

  /** A well-written match, where it stands, and its route. */
  private record Placed(Cursor route, Cursor place, Match match) {}

  static void check(List<Cursor> routes, Faults faults) {
    RouteRules rules = new RouteRules(faults);
    for (Cursor route : routes) {
      route
          .at("match")
          .filter(place -> place.text().filter(RouteRules::isWritten).isPresent())
          .map(place -> new Placed(route, place, Patterns.parse(place.text().orElseThrow())))
          .ifPresent(rules::add);
    }
    rules.variants.values().forEach(same -> VariantRules.check(same, faults));
    rules.routes.stream().filter(rules::isOutOfReach).forEach(rules::outOfReach);
  }

  private static boolean isWritten(String text) {
    return Patterns.refusal(text).isEmpty();
  }

  private void add(Placed route) {
    Match match = route.match();
    if (ReservedPaths.covers(match.segments())) {
      faults.at(route.place(), "a path that is not the gateway's own");
    }
    Placed first =
        taken
            .computeIfAbsent(match.segments(), _ -> new HashMap<>())
            .putIfAbsent(match.method(), route);
    if (first == null) {
      routes.add(route);
    }
    variants.computeIfAbsent(match, _ -> new ArrayList<>(1)).add(route.route());
  }

  private void outOfReach(Placed route) {
    faults.at(
        route.place(),
        "a route that can be reached; more specific routes take all of its requests");
  }

  private boolean isOutOfReach(Placed route) {
    Match match = route.match();
    return Methods.of(match.method()).stream()
        .filter(method -> !match.method().equals(Match.ANY) || !isExact(match.segments(), method))
        .allMatch(method -> isCovered(match.segments(), method));
  }

  /** Whether more specific patterns take all requests of this one. */
  private boolean isCovered(List<Segment> pattern, String method) {
    if (pattern.isEmpty() || !(pattern.getLast() instanceof Segment.Rest)) {
      return false;
    }
    List<Segment> one = new ArrayList<>(pattern.subList(0, pattern.size() - 1));
    one.add(new Segment.One());
    List<Segment> more = new ArrayList<>(one);
    more.add(new Segment.Rest());
    return isTaken(one, method) && (isTaken(more, method) || isCovered(more, method));
  }

  private boolean isTaken(List<Segment> pattern, String method) {
    return isExact(pattern, method) || taken.getOrDefault(pattern, Map.of()).containsKey(Match.ANY);
  }

  /** Whether a route names this method, or GET for HEAD. */
  private boolean isExact(List<Segment> pattern, String method) {
    Map<String, Placed> routes = taken.getOrDefault(pattern, Map.of());
    return routes.containsKey(method) || (method.equals("HEAD") && routes.containsKey("GET"));
  }
}
