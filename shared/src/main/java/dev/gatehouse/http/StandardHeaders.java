package dev.gatehouse.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The fields that every answer of every function carries, whatever it is about. */
public final class StandardHeaders {
  /** Fields that scripts of other origins may read (contract: "Every answer"). */
  static final String EXPOSED =
      "X-Request-ID, X-Process-Time, RateLimit, RateLimit-Policy, X-RateLimit-Limit,"
          + " X-RateLimit-Remaining, X-RateLimit-Reset, X-RateLimit-Limit-Minute,"
          + " X-RateLimit-Remaining-Minute, X-RateLimit-Limit-Hour, X-RateLimit-Remaining-Hour,"
          + " Retry-After, Idempotent-Replayed, X-Cache, Age, X-Fallback, Deprecation, Sunset, Link";

  private StandardHeaders() {}

  /**
   * Adds what is missing: request id, process time, transport and content security, caching.
   *
   * @param elapsed time since the request was decoded; written in seconds
   */
  public static void complete(Headers.Builder headers, String requestId, Duration elapsed) {
    headers
        .set("X-Request-ID", requestId)
        .set("X-Process-Time", seconds(elapsed))
        // One year, RFC 6797; the value of https://owasp.org/www-project-secure-headers.
        .setIfAbsent("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        .setIfAbsent("X-Content-Type-Options", "nosniff")
        .setIfAbsent("X-Frame-Options", "DENY")
        .setIfAbsent("Cache-Control", "no-store");
    if (isJson(headers.first("Content-Type"))) {
      headers.setIfAbsent("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
  }

  private static boolean isJson(Optional<String> contentType) {
    String type = contentType.orElse("application/json").toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return bare.equals("application/json") || bare.endsWith("+json");
  }

  /** Microseconds as a decimal fraction of a second, without a formatter on the hot path. */
  private static String seconds(Duration elapsed) {
    long micros = elapsed.toNanos() / 1_000;
    String fraction = Long.toString(1_000_000 + micros % 1_000_000);
    return micros / 1_000_000 + "." + fraction.substring(1);
  }
}
