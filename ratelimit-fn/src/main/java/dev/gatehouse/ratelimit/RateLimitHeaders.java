package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A decision as HTTP fields.
 *
 * <p>{@code RateLimit-Policy: "user";q=50;w=1} and {@code RateLimit: "user";r=42;t=1} for every
 * limit (draft-ietf-httpapi-ratelimit-headers-10, structured fields); {@code X-RateLimit-Limit,
 * -Remaining, -Reset} (Unix seconds) for the tightest one, of a refusal the one that refused;
 * {@code X-RateLimit-Limit-Minute} and its like for windows of a minute and an hour; {@code
 * Retry-After} on a refusal. Counts are requests, times are whole seconds, rounded up. Shadow
 * limits are not shown.
 */
public final class RateLimitHeaders {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Comparator<Quota> TIGHTNESS =
      Comparator.comparingLong(Quota::remaining)
          .thenComparing(Comparator.comparing(Quota::reset).reversed());

  private RateLimitHeaders() {}

  /**
   * The fields of a decision; none where nothing was counted and nothing refused.
   *
   * @param now what the reset is counted from
   */
  public static Headers of(Decision decision, Instant now) {
    Headers.Builder headers = Headers.builder();
    List<Quota> shown = shown(decision);
    if (!shown.isEmpty()) {
      headers.add("RateLimit-Policy", list(shown, RateLimitHeaders::policy));
      headers.add("RateLimit", list(shown, quota -> current(quota, decision)));
    }
    tightest(shown, decision).ifPresent(quota -> classic(headers, quota, now));
    window(headers, shown, MINUTE, "Minute");
    window(headers, shown, HOUR, "Hour");
    if (decision instanceof Decision.Refused refused) {
      headers.add("Retry-After", Long.toString(seconds(refused.retryAfter())));
    }
    return headers.build();
  }

  private static List<Quota> shown(Decision decision) {
    List<Quota> shown = new ArrayList<>(decision.quotas().size());
    for (Quota quota : decision.quotas()) {
      if (!quota.limit().shadow()) {
        shown.add(quota);
      }
    }
    return shown;
  }

  private static String list(List<Quota> quotas, Function<Quota, String> item) {
    StringJoiner items = new StringJoiner(", ");
    for (Quota quota : quotas) {
      items.add(item.apply(quota));
    }
    return items.toString();
  }

  private static String policy(Quota quota) {
    return item(quota, "q", quota.requests(), "w", seconds(quota.window()));
  }

  /** Until everything is left again; of a limit that refused, until the next request passes. */
  private static String current(Quota quota, Decision decision) {
    boolean refused = decision instanceof Decision.Refused && !quota.passed();
    return item(
        quota, "r", quota.remaining(), "t", seconds(refused ? quota.retryAfter() : quota.reset()));
  }

  private static String item(Quota quota, String first, long one, String second, long two) {
    return '"' + quota.limit().name() + '"' + ';' + first + '=' + one + ';' + second + '=' + two;
  }

  private static Optional<Quota> tightest(List<Quota> shown, Decision decision) {
    return switch (decision) {
      case Decision.Refused refused ->
          shown.stream().filter(quota -> quota.limit().equals(refused.refusedBy())).findFirst();
      case Decision.Admitted _ -> least(shown, _ -> true);
    };
  }

  /** The tightest of those, of equal ones the first. */
  private static Optional<Quota> least(List<Quota> quotas, Predicate<Quota> those) {
    Quota least = null;
    for (Quota quota : quotas) {
      if (those.test(quota) && (least == null || TIGHTNESS.compare(quota, least) < 0)) {
        least = quota;
      }
    }
    return Optional.ofNullable(least);
  }

  private static void classic(Headers.Builder headers, Quota quota, Instant now) {
    headers.add("X-RateLimit-Limit", Long.toString(quota.capacity()));
    headers.add("X-RateLimit-Remaining", Long.toString(quota.remaining()));
    long reset = now.plus(quota.reset()).plusNanos(999_999_999).getEpochSecond();
    headers.add("X-RateLimit-Reset", Long.toString(reset));
  }

  private static void window(
      Headers.Builder headers, List<Quota> shown, Duration length, String name) {
    least(shown, quota -> length.equals(window(quota)))
        .ifPresent(
            quota -> {
              headers.add("X-RateLimit-Limit-" + name, Long.toString(quota.capacity()));
              headers.add("X-RateLimit-Remaining-" + name, Long.toString(quota.remaining()));
            });
  }

  private static Duration window(Quota quota) {
    return switch (quota.limit().algorithm()) {
      case Algorithm.TokenBucket _ -> Duration.ZERO;
      case Algorithm.SlidingWindow(long _, Duration window) -> window;
    };
  }

  static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
