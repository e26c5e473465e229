package dev.gatehouse.authorizer;

import java.time.Duration;
import java.time.Instant;

/**
 * How often an issuer may be asked: 10 s lie between two questions, and no 30 s see more than two.
 *
 * <p>So the longest wait for permission is 20 s, and a rotated key is known within 20 s and a
 * fetch, whatever flood of unknown key ids arrives meanwhile. Wall-clock time that runs backwards,
 * as after a restore, opens the budget instead of blocking it.
 */
final class FetchBudget {
  static final Duration GAP = Duration.ofSeconds(10);
  static final Duration WINDOW = Duration.ofSeconds(30);

  private Instant last = Instant.MIN;
  private Instant secondLast = Instant.MIN;

  /** Spends one question, if there is one to spend. */
  boolean spend(Instant now) {
    if (within(last, GAP, now) || within(secondLast, WINDOW, now)) {
      return false;
    }
    secondLast = last;
    last = now;
    return true;
  }

  private static boolean within(Instant earlier, Duration span, Instant now) {
    return !now.isBefore(earlier) && earlier.isAfter(now.minus(span));
  }
}
