package dev.gatehouse.config;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** An entry of {@code routes:}: what its {@link Form} cannot say, and its record. */
final class RouteSection {
  private RouteSection() {}

  /**
   * @param root the whole file, for the names that it defines
   */
  static void check(Cursor route, Cursor root, Faults faults) {
    DestinationSection.check(route, root, faults);
    route.at("when").ifPresent(when -> WhenSection.check(when, faults));
    Set<String> seen = new HashSet<>();
    for (Cursor limit : route.items("limits")) {
      known(limit, "limit", root, faults);
      if (!seen.add(limit.text().orElse(""))) {
        faults.at(limit, "each limit once");
      }
    }
    route
        .at("queue")
        .flatMap(queue -> queue.isMapping() ? queue.at("name") : Optional.of(queue))
        .ifPresent(queue -> known(queue, "queue", root, faults));
    route
        .at("queue")
        .flatMap(queue -> queue.at("event"))
        .ifPresent(place -> eventPlace(place, route.text("match").orElse(""), faults));
    route.at("releases").ifPresent(queue -> known(queue, "queue", root, faults));
    route.at("allow").ifPresent(allow -> AllowSection.check(allow, root, faults));
    route.at("version").ifPresent(version -> version(version, faults));
    String match = route.text("match").orElse("");
    String method = match.substring(0, Math.max(0, match.indexOf(' ')));
    method(route, method, faults);
    MessagesSection.check(route, method, root, faults);
  }

  static Route read(Cursor route) {
    Values values = new Values(route);
    return new Route(
        route.line(),
        Patterns.parse(values.text("match")),
        route.at("when").map(WhenSection::read).orElse(When.ALWAYS),
        DestinationSection.read(route),
        AllowSection.read(route.at("allow").orElseThrow()),
        route.texts("limits"),
        route.at("queue").map(RouteSection::queue),
        route.at("idempotency").map(RouteSection::idempotency).orElse(Route.Idempotency.OFF),
        route.text("releases"),
        route.at("cache").map(RouteSection::cache),
        route.at("graphql").map(RouteSection::graphql),
        route.at("version").map(RouteSection::version),
        route.text("timeout").flatMap(Quantities::duration),
        MessagesSection.read(route));
  }

  /** A name that its section defines; if the section is no mapping, that is the fault. */
  static void known(Cursor place, String what, Cursor root, Faults faults) {
    known(place.line(), place.path(), place.text().orElse(""), what, root, faults);
  }

  static void known(int line, String path, String name, String what, Cursor root, Faults faults) {
    String section = what + "s";
    Set<String> names = root.entries(section).keySet();
    if (names.contains(name)
        || Notation.NAME.refusal().apply(name).isPresent()
        || root.at(section).filter(defined -> !defined.isMapping()).isPresent()) {
      return;
    }
    String defined =
        names.isEmpty() ? "; none is defined" : "; defined are " + String.join(", ", names);
    String hint = Faults.didYouMean(name, names::stream);
    faults.add(line, path, Cursor.quote(name), "the name of a " + what + defined + hint);
  }

  /** {@code path:NAME} is the segment behind the literal segment NAME of the match. */
  private static void eventPlace(Cursor place, String match, Faults faults) {
    String text = place.text().orElse("");
    if (text.startsWith("path:") && !match.contains("/" + text.substring(5) + "/")) {
      faults.at(place, "path: and a literal segment of the match that another one follows");
    }
  }

  private static void method(Cursor route, String method, Faults faults) {
    if (!method.isEmpty() && !Methods.of(method).contains("GET")) {
      route.at("cache").ifPresent(cache -> faults.at(cache, "a cache on GET and ANY routes only"));
    }
    if (looksAtKeys(route)) {
      route
          .at("cache")
          .ifPresent(cache -> faults.at(cache, "no cache on routes with idempotency keys"));
    }
    if (method.equals("GET") || method.equals("HEAD")) {
      route
          .at("idempotency")
          .filter(_ -> looksAtKeys(route))
          .ifPresent(
              place -> faults.at(place, "idempotency on POST, PUT, PATCH and DELETE routes only"));
    }
  }

  private static boolean looksAtKeys(Cursor route) {
    return route
        .at("idempotency")
        .filter(place -> place.text().or(() -> place.text("mode")).filter("off"::equals).isEmpty())
        .isPresent();
  }

  private static void version(Cursor version, Faults faults) {
    if (version.isMapping() && version.entries().isEmpty()) {
      faults.at(version, "deprecated, sunset or successor");
    }
    Optional<LocalDate> deprecated = date(version, "deprecated");
    version
        .at("sunset")
        .filter(_ -> date(version, "sunset").filter(end -> isBefore(end, deprecated)).isPresent())
        .ifPresent(place -> faults.at(place, "a day after the deprecation"));
  }

  private static boolean isBefore(LocalDate sunset, Optional<LocalDate> deprecated) {
    return deprecated.filter(sunset::isBefore).isPresent();
  }

  private static Optional<LocalDate> date(Cursor place, String key) {
    return place
        .text(key)
        .filter(text -> Notation.DATE.refusal().apply(text).isEmpty())
        .map(LocalDate::parse);
  }

  private static Route.QueueGate queue(Cursor queue) {
    return queue.isMapping()
        ? new Route.QueueGate(new Values(queue).text("name"), queue.text("event"))
        : new Route.QueueGate(queue.text().orElseThrow(), Optional.empty());
  }

  private static Route.Idempotency idempotency(Cursor place) {
    Values values = new Values(place);
    Route.Idempotency defaults =
        Route.Idempotency.of(mode(place.text().or(() -> place.text("mode")).orElseThrow()));
    return new Route.Idempotency(
        defaults.mode(),
        values.duration("ttl", defaults.ttl()),
        values.word("keyFormat", defaults.keyFormat(), RouteSection::keyFormat),
        values.word("store", defaults.store(), RouteSection::store),
        values.whole("conflictStatus", defaults.conflictStatus()),
        place.at("upstream").isPresent());
  }

  private static Route.Idempotency.Mode mode(String word) {
    return switch (word) {
      case "required" -> Route.Idempotency.Mode.REQUIRED;
      case "optional" -> Route.Idempotency.Mode.OPTIONAL;
      default -> Route.Idempotency.Mode.OFF;
    };
  }

  private static Route.Idempotency.KeyFormat keyFormat(String word) {
    return word.equals("uuid4")
        ? Route.Idempotency.KeyFormat.UUID4
        : Route.Idempotency.KeyFormat.ANY;
  }

  private static Route.Idempotency.Store store(String word) {
    return word.equals("all") ? Route.Idempotency.Store.ALL : Route.Idempotency.Store.SUCCESS;
  }

  private static Route.Cache cache(Cursor place) {
    Values values = new Values(place);
    Route.Cache defaults =
        Route.Cache.of(
            place.text().or(() -> place.text("ttl")).flatMap(Quantities::duration).orElseThrow());
    return new Route.Cache(
        defaults.ttl(),
        values.flag("shared"),
        values.duration("staleIfError", defaults.staleIfError()),
        values.duration("staleWhileRevalidate", defaults.staleWhileRevalidate()),
        place.texts("vary"));
  }

  private static Route.GraphQl graphql(Cursor place) {
    Values values = new Values(place);
    Route.GraphQl defaults = Route.GraphQl.DEFAULTS;
    return new Route.GraphQl(
        values.whole("maxDepth", defaults.maxDepth()),
        values.whole("maxCost", defaults.maxCost()),
        values.whole("maxBatch", defaults.maxBatch()),
        values.flag("introspection"));
  }

  private static Route.Version version(Cursor place) {
    return new Route.Version(
        date(place, "deprecated"), date(place, "sunset"), place.text("successor"));
  }
}
