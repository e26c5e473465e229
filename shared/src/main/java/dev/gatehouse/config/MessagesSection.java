package dev.gatehouse.config;

import dev.gatehouse.config.Messages.Accepts;
import dev.gatehouse.config.Messages.Fallback;
import dev.gatehouse.config.Messages.FieldChanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys {@code accepts}, {@code fallback}, {@code request} and {@code response} of a route: what
 * their {@link Form} cannot say, and their records.
 */
final class MessagesSection {
  private static final Set<String> WITHOUT_EFFECT = Set.of("GET", "HEAD");

  private MessagesSection() {}

  /**
   * @param method of the route; empty where it is not well written
   */
  static void check(Cursor route, String method, Cursor root, Faults faults) {
    route.at("accepts").filter(Cursor::isMapping).ifPresent(place -> accepts(place, faults));
    route
        .at("accepts")
        .filter(_ -> WITHOUT_EFFECT.contains(method))
        .ifPresent(place -> faults.at(place, "accepts on routes whose requests have bodies only"));
    route
        .at("fallback")
        .filter(_ -> !method.isEmpty() && Methods.of(method).stream().noneMatch("GET"::equals))
        .filter(_ -> !method.equals("HEAD"))
        .ifPresent(place -> faults.at(place, "a fallback on GET, HEAD and ANY routes only"));
    Optional<String> keyHeader =
        root.at("identity")
            .flatMap(identity -> identity.at("apiKeys"))
            .flatMap(keys -> keys.text("header"));
    for (Cursor name : names(route, "request")) {
      refuse(name, ReservedFields.refusesInRequests(spelled(name), keyHeader), faults);
    }
    for (Cursor name : names(route, "response")) {
      refuse(name, ReservedFields.refusesInAnswers(spelled(name)), faults);
    }
    Stream.of("request", "response")
        .flatMap(key -> route.at(key).flatMap(place -> place.at("headers")).stream())
        .filter(headers -> headers.isMapping() && headers.entries().isEmpty())
        .forEach(headers -> faults.at(headers, "remove, set or add"));
  }

  static Messages read(Cursor route) {
    return new Messages(
        route.at("accepts").map(MessagesSection::accepts),
        route.at("fallback").map(MessagesSection::fallback),
        changes(route, "request"),
        changes(route, "response"));
  }

  private static void accepts(Cursor place, Faults faults) {
    if (place.entries().isEmpty()) {
      faults.at(place, "types, maxBody or schema");
    }
    if (place.at("schema").isEmpty()) {
      return;
    }
    for (Cursor type : place.items("types")) {
      if (!isJson(type.text().orElse(""))) {
        faults.at(type, "a JSON type beside a schema, such as application/json");
      }
    }
    place
        .at("maxBody")
        .filter(size -> size(size).filter(octets -> octets > Accepts.LONGEST_CHECKED).isPresent())
        .ifPresent(size -> faults.at(size, "at most 1MB beside a schema"));
  }

  /** Where fields are named, for a fault's line and path. */
  private static List<Cursor> names(Cursor route, String key) {
    Optional<Cursor> headers = route.at(key).flatMap(place -> place.at("headers"));
    return headers.stream()
        .flatMap(
            place ->
                Stream.concat(
                    place.items("remove").stream(),
                    Stream.of("set", "add")
                        .flatMap(change -> place.entries(change).values().stream())))
        .toList();
  }

  /** An item of {@code remove} is a name, an entry of {@code set} and {@code add} has one. */
  private static String spelled(Cursor name) {
    int dot = name.path().lastIndexOf(".headers.");
    String below = name.path().substring(dot + ".headers.".length());
    return below.startsWith("remove") ? name.text().orElse("") : below.substring(4);
  }

  private static void refuse(Cursor name, Optional<String> refusal, Faults faults) {
    refusal.ifPresent(
        expected -> faults.add(name.line(), name.path(), Cursor.quote(spelled(name)), expected));
  }

  private static Accepts accepts(Cursor place) {
    Optional<String> schema = place.text("schema");
    List<String> types =
        place.texts("types").stream().map(type -> type.toLowerCase(Locale.ROOT)).toList();
    return new Accepts(
        types.isEmpty() && schema.isPresent() ? List.of("application/json") : types,
        place
            .at("maxBody")
            .flatMap(MessagesSection::size)
            .orElse(schema.isPresent() ? Accepts.LONGEST_DEFAULT : Accepts.LONGEST),
        schema);
  }

  private static Optional<Integer> size(Cursor place) {
    return place.text().flatMap(Quantities::size);
  }

  private static boolean isJson(String type) {
    String bare = type.toLowerCase(Locale.ROOT);
    return bare.equals("application/json") || bare.endsWith("+json");
  }

  private static Fallback fallback(Cursor place) {
    Values values = new Values(place);
    return new Fallback(
        values.whole("status", 200), values.text("type"), place.text("body"), place.text("file"));
  }

  private static FieldChanges changes(Cursor route, String key) {
    return route
        .at(key)
        .flatMap(place -> place.at("headers"))
        .map(
            headers ->
                new FieldChanges(
                    headers.texts("remove"), texts(headers, "set"), texts(headers, "add")))
        .orElse(FieldChanges.NONE);
  }

  private static Map<String, String> texts(Cursor headers, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    headers.entries(key).forEach((name, value) -> texts.put(name, value.text().orElseThrow()));
    return texts;
  }
}
