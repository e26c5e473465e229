package dev.gatehouse.proxy;

import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directives of {@code Cache-Control} (RFC 9111 section 5.2), of several with one name the
 * first.
 *
 * @param directives arguments by name in lower case, quotes taken away; empty without an argument
 */
record CacheControl(Map<String, String> directives) {
  /** Longer than anything is kept, and what section 1.2.2 has for numbers that overflow. */
  private static final long MOST_SECONDS = Integer.MAX_VALUE;

  /** A token and its argument up to the comma; whatever stands there instead is no number. */
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "([^\\s,=\"]++)(?:=(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^,\"]*)))?([^,]*)(?:,|$)");

  CacheControl {
    directives = Map.copyOf(directives);
  }

  static CacheControl of(Headers headers) {
    Map<String, String> directives = new HashMap<>();
    for (String value : headers.all("Cache-Control")) {
      Matcher matcher = DIRECTIVE.matcher(value);
      while (matcher.find()) {
        directives.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), argument(matcher));
      }
    }
    return new CacheControl(directives);
  }

  private static String argument(Matcher directive) {
    String quoted = directive.group(2);
    String token = directive.group(3);
    String argument = quoted != null ? quoted : token != null ? token.stripTrailing() : "";
    String rest = directive.group(4).strip();
    return rest.isEmpty() ? argument : argument + ' ' + rest;
  }

  boolean has(String name) {
    return directives.containsKey(name);
  }

  /** Whether an answer to a request with a credential may serve others (RFC 9111 section 3.5). */
  boolean forAll() {
    return has("public") || has("must-revalidate") || has("s-maxage");
  }

  /** The time that a directive gives; zero, so that nothing is fresh by it, if it is malformed. */
  Optional<Duration> time(String name) {
    return Optional.ofNullable(directives.get(name)).map(CacheControl::seconds);
  }

  private static Duration seconds(String text) {
    if (!text.matches("[0-9]+")) {
      return Duration.ZERO;
    }
    boolean overflows = text.length() > 18;
    return Duration.ofSeconds(
        overflows ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(text)));
  }
}
