package dev.gatehouse.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The local breaker around Redis: after 3 failures within 5 s Redis is skipped for 1 s at a time.
 *
 * <p>While it is open one call per second goes through; its success closes the breaker, its failure
 * leaves it open. The breaker is also what bounds the rate of reconnections, since a call opens the
 * connection that it misses. A clock that jumps backwards closes no door: a pause that seems longer
 * than 1 s is over.
 */
final class RedisBreaker {
  private static final int FAILURES = 3;
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Deque<Instant> failures = new ArrayDeque<>(FAILURES);
  private Instant pausedAt = Instant.MIN;
  private boolean open;

  RedisBreaker(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether Redis may be asked now. */
  synchronized boolean permits() {
    if (!open) {
      return true;
    }
    Instant now = clock.instant();
    boolean pausing = !now.isBefore(pausedAt) && now.isBefore(pausedAt.plus(PAUSE));
    if (!pausing) {
      pausedAt = now;
    }
    return !pausing;
  }

  synchronized void succeeded() {
    forget();
  }

  /** As if nothing had ever failed. */
  synchronized void forget() {
    open = false;
    failures.clear();
  }

  /** Counts a failure and says whether the breaker is open now. */
  synchronized boolean failed() {
    Instant now = clock.instant();
    failures.removeIf(at -> at.isBefore(now.minus(WINDOW)));
    failures.add(now);
    if (failures.size() >= FAILURES) {
      open = true;
      pausedAt = now;
      failures.removeFirst();
    }
    return open;
  }
}
