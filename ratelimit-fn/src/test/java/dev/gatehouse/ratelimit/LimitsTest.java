package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.ratelimit.Decision.Refused;
import dev.gatehouse.redis.ManualClock;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

/** The invariants R1 to R5 and R7 of the rate limits, over random limits and schedules. */
class LimitsTest {
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");
  private static final Caller BOB = Limits.user("bob", "192.0.2.1");

  private ManualClock clock = new ManualClock();
  private RateLimiter limiter = limiter(clock);

  /** jqwik keeps one instance for all tries. */
  @BeforeTry
  void startAnew() {
    clock = new ManualClock();
    limiter = limiter(clock);
  }

  /** A bucket as a fraction of a token, refilled by multiplication: the definition, not GCRA. */
  private static final class ReferenceBucket {
    private final BigInteger tokens;
    private final BigInteger per;
    private final BigInteger capacity;
    private BigInteger level;

    ReferenceBucket(long tokens, long perMicros, long burst) {
      this.tokens = BigInteger.valueOf(tokens);
      this.per = BigInteger.valueOf(perMicros);
      this.capacity = per.multiply(BigInteger.valueOf(burst));
      this.level = capacity;
    }

    boolean take(int cost, long elapsedMicros) {
      level = level.add(tokens.multiply(BigInteger.valueOf(elapsedMicros))).min(capacity);
      BigInteger price = per.multiply(BigInteger.valueOf(cost));
      boolean admitted = level.compareTo(price) >= 0;
      level = admitted ? level.subtract(price) : level;
      return admitted;
    }
  }

  @Property(tries = 100)
  void everyDecisionIsThatOfTheReferenceBucket(
      @ForAll @LongRange(min = 1, max = 5_000) long tokens,
      @ForAll @LongRange(min = 1, max = 100_000_000) long per,
      @ForAll @IntRange(min = 1, max = 50) int burst,
      @ForAll long seed) {
    Limit limit = Limits.bucket("l", Fact.USER, tokens, micros(per), burst);
    ReferenceBucket reference = new ReferenceBucket(tokens, per, burst);
    Random random = new Random(seed);
    long typical = Math.max(1, 2 * per / tokens);
    for (int i = 0; i < 300; i++) {
      long pause = random.nextLong(typical + 1);
      int cost = 1 + random.nextInt(Math.min(burst, 3));
      clock.advance(micros(pause));
      assertThat(admits(Limits.costing(cost, limit), ALICE)).isEqualTo(reference.take(cost, pause));
    }
  }

  /** R1. */
  @Property(tries = 100)
  void noWindowAdmitsMoreThanBurstAndRate(
      @ForAll @LongRange(min = 1, max = 1_000) long tokens,
      @ForAll @LongRange(min = 1, max = 10_000_000) long per,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll @Size(200) List<@LongRange(min = 0, max = 100_000) Long> pauses) {
    Limit limit = Limits.bucket("l", Fact.USER, tokens, micros(per), burst);
    assertBound(admitted(limit, pauses), tokens, per, burst);
  }

  /** R1 for windows: a burst of as many as the window admits, refilled once per window. */
  @Property(tries = 100)
  void noWindowAdmitsMoreThanTwiceItsRequests(
      @ForAll @IntRange(min = 1, max = 50) int requests,
      @ForAll @LongRange(min = 1, max = 5_000) long millis,
      @ForAll @Size(200) List<@LongRange(min = 0, max = 1_000_000) Long> pauses) {
    Limit limit = Limits.window("w", Fact.USER, requests, Duration.ofMillis(millis));
    assertBound(admitted(limit, pauses), requests, millis * 1_000, requests);
  }

  /** R2. */
  @Property(tries = 30)
  void aLoadAboveTheRateIsServedAtTheRate(@ForAll @IntRange(min = 52, max = 500) int perSecond) {
    Limit limit = Limits.bucket("l", Fact.USER, 50, Duration.ofSeconds(1), 100);
    serve(limit, perSecond, 200);
    assertThat(serve(limit, perSecond, 20)).isBetween(49 * 20, 51 * 20);
  }

  /** R3. */
  @Property(tries = 30)
  void aLoadBelowTheRateIsNeverRefused(@ForAll @IntRange(min = 1, max = 50) int perSecond) {
    Limit limit = Limits.bucket("l", Fact.USER, 50, Duration.ofSeconds(1), 1);
    assertThat(serve(limit, perSecond, 20)).isEqualTo(perSecond * 20);
  }

  /** R4. */
  @Property(tries = 100)
  void whatOneCallerSpendsIsNoneOfAnothers(@ForAll @Size(100) List<Boolean> turns) {
    Limit limit = Limits.still("l", Fact.USER, 10);
    int[] admitted = new int[2];
    int[] asked = new int[2];
    for (boolean alice : turns) {
      asked[alice ? 0 : 1]++;
      admitted[alice ? 0 : 1] += admits(limit, alice ? ALICE : BOB) ? 1 : 0;
    }
    assertThat(admitted).containsExactly(Math.min(10, asked[0]), Math.min(10, asked[1]));
  }

  /** R5: only time after the latest counts, however often the clock goes over the rest. */
  @Property(tries = 100)
  void aClockThatGoesBackAddsNothing(
      @ForAll boolean window,
      @ForAll @Size(200) List<@LongRange(min = -3_000_000, max = 3_000_000) Long> steps) {
    Limit limit =
        window
            ? Limits.window("w", Fact.USER, 10, Duration.ofSeconds(1))
            : Limits.bucket("l", Fact.USER, 10, Duration.ofSeconds(1), 10);
    long at = 0;
    long latest = steps.getFirst();
    long admitted = 0;
    for (long step : steps) {
      clock.advance(micros(step));
      at += step;
      latest = Math.max(latest, at);
      admitted += admits(limit, ALICE) ? 1 : 0;
    }
    long ahead = latest - steps.getFirst();
    assertThat((admitted - 10) * 1_000_000).isLessThanOrEqualTo(10 * ahead);
  }

  /** R7. */
  @Property(tries = 100)
  void whatAQuotaSaysIsWhatHappens(
      @ForAll boolean window,
      @ForAll @IntRange(min = 1, max = 30) int rate,
      @ForAll @IntRange(min = 1, max = 3) int cost,
      @ForAll @Size(60) List<@LongRange(min = 0, max = 300_000) Long> pauses) {
    Limit limit =
        Limits.costing(
            cost,
            window
                ? Limits.window("w", Fact.USER, rate + 2, Duration.ofSeconds(1))
                : Limits.bucket("l", Fact.USER, rate, Duration.ofSeconds(1), rate + 2));
    for (long pause : pauses) {
      clock.advance(micros(pause));
      Quota before = quota(limiter.decide(List.of(limit), ALICE));
      assertThat(before.remaining()).isBetween(0L, before.capacity());
      assertThat(before.retryAfter().isZero()).isEqualTo(before.remaining() > 0);
      if (before.remaining() == 0) {
        Duration tick = window ? Duration.ofMillis(1) : micros(1);
        clock.advance(before.retryAfter().minus(tick));
        assertThat(admits(limit, ALICE)).isFalse();
        clock.advance(tick);
        assertThat(admits(limit, ALICE)).isTrue();
      }
    }
    clock.advance(quota(limiter.decide(List.of(limit), ALICE)).reset());
    Quota full = quota(limiter.decide(List.of(limit), ALICE));
    assertThat(full.remaining()).isEqualTo((rate + 2 - cost) / cost);
  }

  /** When requests were admitted, in microseconds since the start. */
  private List<Long> admitted(Limit limit, List<Long> pauses) {
    List<Long> taken = new ArrayList<>();
    long at = 0;
    for (long pause : pauses) {
      at += pause;
      clock.advance(micros(pause));
      if (admits(limit, ALICE)) {
        taken.add(at);
      }
    }
    return taken;
  }

  /** For every window that starts and ends with an admitted request. */
  private static void assertBound(List<Long> taken, long tokens, long per, long burst) {
    long worst = Long.MIN_VALUE;
    for (int from = 0; from < taken.size(); from++) {
      for (int to = from; to < taken.size(); to++) {
        long span = taken.get(to) - taken.get(from);
        worst = Math.max(worst, (to - from + 1 - burst) * per - tokens * span);
      }
    }
    assertThat(worst).isLessThanOrEqualTo(0);
  }

  private int serve(Limit limit, int perSecond, int seconds) {
    int served = 0;
    for (int i = 0; i < perSecond * seconds; i++) {
      clock.advance(Duration.ofNanos(1_000_000_000L / perSecond + 1));
      served += admits(limit, ALICE) ? 1 : 0;
    }
    return served;
  }

  private boolean admits(Limit limit, Caller caller) {
    return switch (limiter.decide(List.of(limit), caller)) {
      case Admitted _ -> true;
      case Refused _ -> false;
    };
  }

  private static RateLimiter limiter(ManualClock clock) {
    return new RateLimiter(new InMemoryBuckets(clock), new InMemoryBuckets(clock), 1);
  }

  private static Quota quota(Decision decision) {
    return decision.quotas().getFirst();
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1_000);
  }
}
