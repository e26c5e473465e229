package dev.gatehouse.idempotency;

import dev.gatehouse.config.ReservedFields;
import dev.gatehouse.http.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which fields of an answer are stored: not those that give somebody a session, concern one
 * connection, or speak of one request and its moment.
 */
final class ReplayableFields {
  private static final Set<String> NOT_STORED =
      Set.of(
          // Sessions: a repeat may come from another device, long after a logout.
          "set-cookie",
          "set-cookie2",
          "authentication-info",
          "proxy-authentication-info",
          "www-authenticate",
          "content-length",
          // This request, at this moment.
          "age",
          "date",
          "server-timing",
          "traceparent",
          "tracestate",
          "x-amzn-requestid",
          "x-amzn-trace-id",
          "x-process-time",
          "x-request-id",
          "idempotent-replayed",
          "ratelimit",
          "ratelimit-policy",
          "retry-after");

  private static final List<String> PREFIXES = List.of("access-control-", "x-ratelimit-");

  private ReplayableFields() {}

  static Headers of(Headers answer) {
    Set<String> connection = new HashSet<>();
    for (String value : answer.all("Connection")) {
      for (String name : value.split(",", -1)) {
        connection.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return answer.toBuilder().removeIf(name -> isLeftOut(name, connection)).build();
  }

  private static boolean isLeftOut(String name, Set<String> connection) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ReservedFields.isHopByHop(lower)
        || NOT_STORED.contains(lower)
        || connection.contains(lower)
        || PREFIXES.stream().anyMatch(lower::startsWith);
  }
}
