package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;

import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Flag;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Named;
import dev.gatehouse.config.Form.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@code when:} of a route: its {@link Form}, what that cannot say, and its record. */
final class WhenSection {
  private static final String ANY_VALUE = "*";

  private static final Form VALUE = new Text(Notation.VALUE);
  private static final Form VERSION =
      new Either(
          new Text(Notation.VERSION),
          new Keys(
              "A version that is asked for.",
              required("name", new Text(Notation.VERSION), "Its name, without a v."),
              optional(
                  "default",
                  new Flag(),
                  "Whether it also serves requests that ask for none; false unless set.")));

  static final Form WHEN =
      new Keys(
          "What a request has to be beside its match.",
          optional(
              "host",
              new Text(Notation.HOST_PATTERN),
              "The host that the client called, or *.NAME for those below it."),
          optional(
              "headers",
              new Named("values", Notation.HEADER, VALUE),
              "Headers and their values; * for any."),
          optional(
              "query",
              new Named("values", Notation.PARAMETER, VALUE),
              "Query parameters and their values; * for any."),
          optional(
              "version",
              VERSION,
              "The API's version, by Accept-Version or by media type, such as \"2\"."));

  /**
   * Fields that say who somebody is or how a request came; clients can write them as they like, so
   * that a route must not go by them.
   */
  private static final List<String> NOT_TO_GO_BY =
      List.of(
          "x-user-", "x-auth-", "x-forwarded-", "x-amzn-", "x-amz-", "x-gatehouse-", "x-real-ip");

  private static final List<String> NAMED_ELSEWHERE =
      List.of("host", "accept-version", "authorization", "cookie", "connection", "forwarded");

  private WhenSection() {}

  static void check(Cursor when, Faults faults) {
    if (when.isMapping() && when.entries().isEmpty()) {
      faults.add(when.line(), when.path(), "nothing", "host, headers, query or version");
    }
    Map<String, String> seen = new HashMap<>();
    when.entries("headers").forEach((name, value) -> header(lower(name), value, seen, faults));
    for (String key : List.of("headers", "query")) {
      when.at(key)
          .filter(place -> place.isMapping() && place.entries().isEmpty())
          .ifPresent(
              place -> faults.add(place.line(), place.path(), "nothing", "a name and its value"));
    }
  }

  private static void header(String name, Cursor value, Map<String, String> seen, Faults faults) {
    if (seen.putIfAbsent(name, value.path()) != null) {
      faults.add(value.line(), value.path(), Cursor.quote(name), "each header once");
    }
    if (NOT_TO_GO_BY.stream().anyMatch(name::startsWith) || NAMED_ELSEWHERE.contains(name)) {
      faults.add(
          value.line(),
          value.path(),
          Cursor.quote(name),
          "a header other than credentials, Host (host:), Accept-Version (version:) and those that"
              + " the gateway writes itself");
    }
  }

  static When read(Cursor when) {
    return new When(
        when.text("host").map(When.Host::of),
        fields(when.entries("headers"), true),
        fields(when.entries("query"), false),
        when.at("version").map(WhenSection::version));
  }

  private static List<When.Field> fields(Map<String, Cursor> entries, boolean caseless) {
    return entries.entrySet().stream()
        .map(
            entry ->
                new When.Field(
                    caseless ? lower(entry.getKey()) : entry.getKey(),
                    entry.getValue().text().filter(value -> !value.equals(ANY_VALUE))))
        .toList();
  }

  private static When.Version version(Cursor place) {
    return new When.Version(
        versionName(place).orElseThrow(),
        place.text("default").map(Boolean::parseBoolean).orElse(false));
  }

  /** The version that a route is for, if it is for one. */
  static Optional<String> versionName(Cursor version) {
    return version.text().or(() -> version.text("name"));
  }

  /** Equal for routes whose {@code when} is the same but for their versions. */
  static String key(Optional<Cursor> when) {
    if (when.isEmpty()) {
      return "";
    }
    Map<String, String> conditions = new TreeMap<>();
    when.get().text("host").ifPresent(host -> conditions.put("host", host));
    when.get()
        .entries("headers")
        .forEach((name, value) -> conditions.put("header " + lower(name), value.text().orElse("")));
    when.get()
        .entries("query")
        .forEach((name, value) -> conditions.put("query " + name, value.text().orElse("")));
    return conditions.isEmpty() ? "" : conditions.toString();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
