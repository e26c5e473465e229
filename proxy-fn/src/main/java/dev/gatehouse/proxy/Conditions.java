package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Conditional requests (RFC 9110 section 13), as a cache answers and makes them. */
final class Conditions {
  /** What belongs to a body that is not sent; the rest of a 304 is that of the 200. */
  private static final Set<String> OF_THE_BODY =
      Set.of(
          "content-type",
          "content-length",
          "content-encoding",
          "content-language",
          "content-range",
          "content-md5");

  private Conditions() {}

  /** The answer, or 304 where the client has it already (RFC 9111 section 4.3.2). */
  static GatewayResponse applied(Headers request, GatewayResponse answer) {
    if (answer.status() != 200 || !matches(request, answer.headers())) {
      return answer;
    }
    return GatewayResponse.empty(
        304,
        answer.headers().toBuilder()
            .removeIf(name -> OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT)))
            .build());
  }

  private static boolean matches(Headers request, Headers answer) {
    List<String> tags = request.all("If-None-Match");
    if (!tags.isEmpty()) {
      return answer.first("ETag").filter(tag -> matches(tags, tag)).isPresent();
    }
    Optional<Instant> since = request.first("If-Modified-Since").flatMap(HttpDate::parse);
    Optional<Instant> modified = answer.first("Last-Modified").flatMap(HttpDate::parse);
    return since.isPresent() && modified.isPresent() && !modified.get().isAfter(since.get());
  }

  /** Weak comparison (RFC 9110 section 8.8.3.2); a comma may stand inside a tag. */
  private static boolean matches(List<String> lines, String tag) {
    String opaque = opaque(tag.strip());
    for (String line : lines) {
      String rest = line.strip();
      if (rest.equals("*")) {
        return true;
      }
      while (!rest.isEmpty()) {
        int end = end(rest);
        if (opaque(rest.substring(0, end).strip()).equals(opaque)) {
          return true;
        }
        rest = rest.substring(Math.min(rest.length(), end + 1)).strip();
      }
    }
    return false;
  }

  /** Where the first entity tag of a list ends. */
  private static int end(String list) {
    boolean quoted = false;
    for (int i = 0; i < list.length(); i++) {
      if (list.charAt(i) == '"') {
        quoted = !quoted;
      } else if (list.charAt(i) == ',' && !quoted) {
        return i;
      }
    }
    return list.length();
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }

  /** What asks whether an answer still holds (RFC 9111 section 4.3.1). */
  static Headers asking(Headers kept) {
    Headers.Builder fields = Headers.builder();
    kept.first("ETag").ifPresent(tag -> fields.add("If-None-Match", tag));
    kept.first("Last-Modified").ifPresent(time -> fields.add("If-Modified-Since", time));
    return fields.build();
  }

  /** Whether a 304 is about this answer (RFC 9111 section 4.3.3). */
  static boolean confirms(Headers notModified, Headers kept) {
    Optional<String> tag = notModified.first("ETag");
    return tag.isEmpty()
        || kept.first("ETag").filter(own -> opaque(own).equals(opaque(tag.get()))).isPresent();
  }

  /** The kept fields, brought up to date by a 304 (RFC 9111 section 3.2). */
  static Headers updated(Headers kept, Headers notModified) {
    Headers.Builder fields = kept.toBuilder();
    notModified.fields().stream()
        .map(Headers.Field::name)
        .filter(name -> !OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT)))
        .forEach(fields::remove);
    // An Age that is not told again is not that of the confirmed answer.
    fields.remove("Age");
    notModified.fields().stream()
        .filter(field -> !OF_THE_BODY.contains(field.name().toLowerCase(Locale.ROOT)))
        .forEach(field -> fields.add(field.name(), field.value()));
    return fields.build();
  }
}
