package dev.gatehouse.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What routes must be to each other that share a match: each is told apart by its {@code when}, and
 * none can be had with less than the others.
 */
final class VariantRules {
  private final Map<String, Cursor> conditions = new HashMap<>();
  private final Map<String, Cursor> defaults = new HashMap<>();
  private final Faults faults;

  private VariantRules(Faults faults) {
    this.faults = faults;
  }

  /**
   * @param routes of one match, in the order of the file
   */
  static void check(List<Cursor> routes, Faults faults) {
    VariantRules rules = new VariantRules(faults);
    for (Cursor route : routes) {
      if (rules.isToldApart(route)) {
        rules.oneDefault(route);
        rules.same(
            routes.getFirst(), route, "allow", "who may use it is asked before it is chosen");
        rules.same(routes.getFirst(), route, "idempotency", "records are found by the match");
      }
    }
  }

  private boolean isToldApart(Cursor route) {
    Optional<Cursor> when = route.at("when");
    String version = when.flatMap(place -> place.at("version")).map(this::name).orElse("");
    Cursor place = route.at("match").orElseThrow();
    Cursor first = conditions.putIfAbsent(WhenSection.key(when) + " version " + version, place);
    if (first == null) {
      return true;
    }
    String has = first.path() + " on line " + first.line() + " has ";
    if (when.isEmpty()) {
      faults.at(place, "a match that no other route has; " + has + "it");
    } else {
      faults.at(place, "a match and a when that no other route has; " + has + "both");
    }
    return false;
  }

  private String name(Cursor version) {
    return WhenSection.versionName(version).orElse("");
  }

  /** Of those that differ by their version one serves requests that ask for none. */
  private void oneDefault(Cursor route) {
    Optional<Cursor> version = route.at("when").flatMap(when -> when.at("version"));
    boolean serves =
        version.isEmpty()
            || version.flatMap(place -> place.text("default")).equals(Optional.of("true"));
    if (!serves) {
      return;
    }
    Cursor first = defaults.putIfAbsent(WhenSection.key(route.at("when")), route);
    if (first != null
        && (version.isPresent()
            || first.at("when").flatMap(when -> when.at("version")).isPresent())) {
      faults.add(
          route.line(),
          route.path(),
          "a second route for requests without a version",
          "one default; " + first.path() + " on line " + first.line() + " is it");
    }
  }

  private void same(Cursor first, Cursor route, String key, String reason) {
    boolean missing = key.equals("allow") && (first.at(key).isEmpty() || route.at(key).isEmpty());
    if (!missing && !written(first.at(key)).equals(written(route.at(key)))) {
      Cursor place = route.at(key).orElse(route);
      String where = first.path() + " on line " + first.line();
      faults.at(place, "the same " + key + " as " + where + ", whose match it has: " + reason);
    }
  }

  /** Equal for values that are written alike, whatever the order of their keys. */
  private static String written(Optional<Cursor> value) {
    return value.map(VariantRules::written).orElse("");
  }

  private static String written(Cursor value) {
    if (value.isMapping()) {
      Map<String, String> entries = new TreeMap<>();
      value.entries().forEach((key, entry) -> entries.put(key, written(entry)));
      return entries.toString();
    }
    return value.isSequence()
        ? value.items().stream().map(VariantRules::written).toList().toString()
        : Cursor.quote(value.text().orElse(""));
  }
}
