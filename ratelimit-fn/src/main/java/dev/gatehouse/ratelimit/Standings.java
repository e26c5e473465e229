package dev.gatehouse.ratelimit;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where somebody stands, as JSON members; counts are requests, times are what their names say. */
final class Standings {
  private Standings() {}

  /** For clients: as in the header fields, whole seconds. */
  static Map<String, Object> forCaller(Quota quota) {
    Map<String, Object> members = policy(quota);
    members.put("remaining", quota.remaining());
    members.put("retry_after_sec", RateLimitHeaders.seconds(quota.retryAfter()));
    members.put("reset_sec", RateLimitHeaders.seconds(quota.reset()));
    return members;
  }

  /** For operators: with the key, in milliseconds, rounded up. */
  static Map<String, Object> forOperator(Quota quota) {
    Map<String, Object> members = policy(quota);
    members.put("cost", quota.limit().cost());
    members.put("remaining", quota.remaining());
    members.put("retry_after_ms", millis(quota.retryAfter()));
    members.put("reset_ms", millis(quota.reset()));
    members.put("shadow", quota.limit().shadow());
    members.put("key", quota.key());
    quota
        .overriddenUntil()
        .ifPresent(end -> members.put("override", Map.of("ends_at", end.toString())));
    return members;
  }

  static long millis(Duration duration) {
    return duration.plusNanos(999_999).toMillis();
  }

  /** The refusal while Redis is away: what stands there is not known. */
  static GatewayException unknown(Exchange exchange) {
    exchange.answerWith(Headers.of("Retry-After", "1").fields());
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE, "Limits cannot be looked up now; they are still kept.");
  }

  private static Map<String, Object> policy(Quota quota) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("limit", quota.limit().name());
    members.put("quota", quota.requests());
    members.put("window_sec", RateLimitHeaders.seconds(quota.window()));
    members.put("capacity", quota.capacity());
    return members;
  }
}
