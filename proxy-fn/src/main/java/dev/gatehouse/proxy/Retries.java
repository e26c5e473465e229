package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.proxy.Circuits.Permit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Whether a call of one service is made again, and after what pause (protocols.md section 5).
 *
 * <p>What was never sent may be sent again, whatever it is. What may have been received only where
 * that does no harm: safe methods, and requests whose repeats the service recognises. The pause is
 * a random part of an exponentially growing one ("full jitter").
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Full
 *     jitter</a>
 */
final class Retries {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  /** What a service that is busy, restarting or behind a slow one says (RFC 9110 section 15.6). */
  private static final Set<Integer> PASSING = Set.of(502, 503, 504);

  /** A function that waits is paid for: a client that is asked to wait longer waits by itself. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Service.Retry setting;
  private final RetryBudget budget;
  private final RandomGenerator random;
  private final InstantSource clock;

  /**
   * @param clock for times in {@code Retry-After}
   */
  Retries(Service.Retry setting, RandomGenerator random, InstantSource clock) {
    this.setting = setting;
    this.budget = new RetryBudget(setting.budgetPercent());
    this.random = random;
    this.clock = clock;
  }

  /**
   * The pause before the next call; empty when none is to be made.
   *
   * @param made how many calls there have been
   * @param remaining the time to the deadline
   */
  Optional<Duration> pause(Errand errand, UpstreamOutcome outcome, int made, Duration remaining) {
    if (!outcome.failed()) {
      budget.earn();
      return Optional.empty();
    }
    if (made >= setting.attempts() || !mayRepeat(errand, outcome)) {
      return Optional.empty();
    }
    Duration pause = longer(jitter(made), retryAfter(outcome));
    boolean inTime =
        pause.compareTo(LONGEST_PAUSE) <= 0 && pause.compareTo(remaining) < 0 && budget.take();
    return inTime ? Optional.of(pause) : Optional.empty();
  }

  /** After what time without an answer another instance is asked as well; empty: never. */
  Optional<Duration> hedge(Errand errand, int made) {
    boolean first = made == 0 && !(errand.passage().permit() instanceof Permit.Probe);
    return first && SAFE.contains(errand.exchange().request().method())
        ? setting.hedge()
        : Optional.empty();
  }

  /** Takes a second call from the budget, if there is one. */
  boolean mayHedge() {
    return budget.take();
  }

  /** A probe is one call: its circuit waits for what it finds. */
  private static boolean mayRepeat(Errand errand, UpstreamOutcome outcome) {
    return !(errand.passage().permit() instanceof Permit.Probe)
        && switch (outcome) {
          case UpstreamOutcome.Unreachable _ -> true;
          case UpstreamOutcome.TimedOut(boolean sent) -> !sent;
          case UpstreamOutcome.Broken _ -> isHarmless(errand);
          case UpstreamOutcome.Answered(GatewayResponse response) ->
              PASSING.contains(response.status()) && isHarmless(errand);
          case UpstreamOutcome.TooLarge _, UpstreamOutcome.CircuitOpen _, UpstreamOutcome.Full _ ->
              false;
        };
  }

  private static boolean isHarmless(Errand errand) {
    return SAFE.contains(errand.exchange().request().method())
        || (errand.underRecord() && errand.route().idempotency().upstreamDeduplicates());
  }

  private Duration jitter(int made) {
    long most = setting.backoff().toNanos() << Math.min(made - 1, 20);
    return Duration.ofNanos(random.nextLong(Math.max(1, most)));
  }

  /** What the service asks for, in seconds or as a time (RFC 9110 section 10.2.3). */
  private Duration retryAfter(UpstreamOutcome outcome) {
    return outcome instanceof UpstreamOutcome.Answered(GatewayResponse response)
        ? response.headers().first("Retry-After").map(this::wait).orElse(Duration.ZERO)
        : Duration.ZERO;
  }

  private Duration wait(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      ZonedDateTime time = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(clock.instant(), time.toInstant());
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
