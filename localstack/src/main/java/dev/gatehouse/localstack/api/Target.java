package dev.gatehouse.localstack.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The target of a request line: path as sent, query decoded.
 *
 * <p>Refused with 400: characters that RFC 3986 does not let stand bare outside ASCII's printable
 * range, a fragment, broken escapes, escapes that are no UTF-8, and, in the query, bare {@code |},
 * <code>{</code> and <code>}</code> (API Gateway Developer Guide, "Important notes for REST APIs").
 * Everything else reaches the function as it was sent: encoded slashes, dot segments, backslashes.
 * A query is split at {@code &} and, as those notes say, at {@code ;}.
 *
 * @param path percent-encoded as the client sent it
 * @param query values by name in the order of the request
 */
record Target(String path, Map<String, List<String>> query) {

  /** Reads {@code /path?query}; empty if it is malformed. */
  static Optional<Target> parse(String raw) {
    if (!raw.startsWith("/") || !raw.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '#')) {
      return Optional.empty();
    }
    int mark = raw.indexOf('?');
    var path = mark < 0 ? raw : raw.substring(0, mark);
    if (Percent.decode(path, false).isEmpty()) {
      return Optional.empty();
    }
    return query(mark < 0 ? "" : raw.substring(mark + 1)).map(query -> new Target(path, query));
  }

  private static Optional<Map<String, List<String>>> query(String raw) {
    if (raw.chars().anyMatch(c -> c == '|' || c == '{' || c == '}')) {
      return Optional.empty();
    }
    var query = new LinkedHashMap<String, List<String>>();
    for (var pair : raw.split("[&;]", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      var name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true);
      var value = Percent.decode(equals < 0 ? "" : pair.substring(equals + 1), true);
      if (name.isEmpty() || value.isEmpty()) {
        return Optional.empty();
      }
      query.computeIfAbsent(name.get(), n -> new ArrayList<>()).add(value.get());
    }
    return Optional.of(query);
  }
}
