package dev.gatehouse.queue;

import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.Optional;

/** The cookies of a queue (RFC 6265): bound to this host, for TLS and HTTP only. */
public final class Cookies {
  /** The pass. */
  public static final String PASS = "__Host-gh-pass";

  /** Who a visitor without a name is. */
  public static final String VISITOR = "__Host-gh-visitor";

  /** The ticket of a visitor without scripts. */
  static final String TICKET = "__Host-gh-ticket";

  private Cookies() {}

  /** The value of the first cookie with this name. */
  public static Optional<String> value(Headers headers, String name) {
    for (String field : headers.all("Cookie")) {
      for (String pair : field.split(";", -1)) {
        String stripped = pair.strip();
        if (stripped.startsWith(name + "=")) {
          return Optional.of(stripped.substring(name.length() + 1)).filter(Cookies::plausible);
        }
      }
    }
    return Optional.empty();
  }

  static String set(String name, String value, Duration age) {
    return name
        + "="
        + value
        + "; Path=/; Max-Age="
        + Math.max(0, age.toSeconds())
        + "; Secure; HttpOnly; SameSite=Lax";
  }

  /** As ours are: base64url parts between dots. */
  private static boolean plausible(String value) {
    return !value.isEmpty()
        && value.length() <= 1_200
        && value
            .chars()
            .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || "-_.".indexOf(c) >= 0));
  }
}
