package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.greenbytes.http.sfv.NumberItem;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.junit.jupiter.api.Test;

class RateLimitHeadersTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Limit USER =
      Limits.bucket("user", Fact.USER, 50, Duration.ofSeconds(1), 100);
  private static final Limit MINUTE = Limits.window("minute", Fact.USER, 60, Duration.ofMinutes(1));
  private static final Limit HOUR = Limits.window("hour", Fact.USER, 1000, Duration.ofHours(1));

  @Test
  void aBucketShowsItsRateAndWhatIsLeft() {
    Decision decision =
        new Decision.Admitted(List.of(quota(USER, true, 100, 42, 0, 1_160)), List.of());
    assertThat(RateLimitHeaders.of(decision, NOW))
        .isEqualTo(
            Headers.of(
                "RateLimit-Policy", "\"user\";q=50;w=1",
                "RateLimit", "\"user\";r=42;t=2",
                "X-RateLimit-Limit", "100",
                "X-RateLimit-Remaining", "42",
                "X-RateLimit-Reset", "1000002"));
  }

  @Test
  void severalLimitsAreListedAndTheTightestStandsForThem() {
    Decision decision =
        new Decision.Admitted(
            List.of(
                quota(USER, true, 100, 99, 0, 20),
                quota(MINUTE, true, 60, 12, 0, 30_000),
                quota(HOUR, true, 1000, 500, 0, 4_000_000)),
            List.of());
    assertThat(RateLimitHeaders.of(decision, NOW))
        .isEqualTo(
            Headers.of(
                "RateLimit-Policy",
                    "\"user\";q=50;w=1, \"minute\";q=60;w=60, \"hour\";q=1000;w=3600",
                "RateLimit", "\"user\";r=99;t=1, \"minute\";r=12;t=30, \"hour\";r=500;t=4000",
                "X-RateLimit-Limit", "60",
                "X-RateLimit-Remaining", "12",
                "X-RateLimit-Reset", "1000030",
                "X-RateLimit-Limit-Minute", "60",
                "X-RateLimit-Remaining-Minute", "12",
                "X-RateLimit-Limit-Hour", "1000",
                "X-RateLimit-Remaining-Hour", "500"));
  }

  @Test
  void aRefusalShowsTheLimitThatRefusedAndWhenToComeBack() {
    List<Quota> quotas =
        List.of(quota(MINUTE, false, 60, 0, 2_001, 60_000), quota(USER, true, 100, 0, 0, 20));
    Decision decision = new Decision.Refused(MINUTE, Duration.ofMillis(2_001), quotas, List.of());
    Headers headers = RateLimitHeaders.of(decision, NOW);
    assertThat(headers.first("Retry-After")).hasValue("3");
    assertThat(headers.first("RateLimit")).hasValue("\"minute\";r=0;t=3, \"user\";r=0;t=1");
    assertThat(headers.first("X-RateLimit-Limit")).hasValue("60");
    assertThat(headers.first("X-RateLimit-Reset")).hasValue("1000060");
  }

  @Test
  void shadowLimitsAreNotShown() {
    Limit shadow = Limits.shadow(USER);
    assertThat(
            RateLimitHeaders.of(
                new Decision.Admitted(List.of(quota(shadow, false, 1, 0, 1, 1)), List.of()), NOW))
        .isEqualTo(Headers.EMPTY);
  }

  @Test
  void aDenialWithoutCountsSaysOnlyWhenToComeBack() {
    Decision decision = new Decision.Refused(USER, Duration.ofSeconds(1), List.of(), List.of(USER));
    assertThat(RateLimitHeaders.of(decision, NOW)).isEqualTo(Headers.of("Retry-After", "1"));
  }

  @Test
  void ratesAreShownInRequests() {
    Quota quota = quota(Limits.costing(2, USER), true, 50, 20, 0, 10);
    assertThat(
            RateLimitHeaders.of(new Decision.Admitted(List.of(quota), List.of()), NOW)
                .first("RateLimit-Policy"))
        .hasValue("\"user\";q=25;w=1");
  }

  /** By a parser of others, which knows nothing of limits. */
  @Test
  void theFieldsAreStructuredFieldLists() {
    Limit named = Limits.bucket("a_name-9.x", Fact.USER, 50, Duration.ofSeconds(1), 100);
    Decision decision =
        new Decision.Admitted(
            List.of(quota(named, true, 100, 42, 0, 1_160), quota(HOUR, true, 1000, 0, 0, 1)),
            List.of());
    Headers headers = RateLimitHeaders.of(decision, NOW);
    assertThat(items(headers, "RateLimit-Policy"))
        .containsExactly("a_name-9.x {q=50, w=1}", "hour {q=1000, w=3600}");
    assertThat(items(headers, "RateLimit"))
        .containsExactly("a_name-9.x {r=42, t=2}", "hour {r=0, t=1}");
  }

  private static List<String> items(Headers headers, String field) {
    return Parser.parseList(headers.first(field).orElseThrow()).get().stream()
        .map(StringItem.class::cast)
        .map(item -> item.get() + " " + numbers(item.getParams()))
        .toList();
  }

  private static Map<String, Long> numbers(Parameters parameters) {
    Map<String, Long> numbers = new TreeMap<>();
    parameters.forEach((name, item) -> numbers.put(name, ((NumberItem<?>) item).getAsLong()));
    return numbers;
  }

  private static Quota quota(
      Limit limit, boolean passed, long capacity, long remaining, long retryMillis, long reset) {
    return new Quota(
        limit,
        limit.name(),
        passed,
        capacity,
        remaining,
        Duration.ofMillis(retryMillis),
        Duration.ofMillis(reset),
        false,
        Optional.empty());
  }
}
