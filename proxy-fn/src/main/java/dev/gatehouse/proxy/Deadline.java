package dev.gatehouse.proxy;

import java.time.Duration;

/**
 * The moment by which an upstream must have answered in full, on the monotonic clock.
 *
 * @param nanos in {@link System#nanoTime}'s scale
 */
record Deadline(long nanos) {
  /** What is kept for encoding the answer and sending it (protocols.md section 5). */
  private static final Duration RESERVE = Duration.ofSeconds(1);

  /** 29 s is API Gateway's integration timeout; 27 s leaves it time to answer. */
  private static final Duration LONGEST = Duration.ofSeconds(27);

  /** The earliest of the route's own timeout, what the function has left, and {@link #LONGEST}. */
  static Deadline of(Duration timeout, Duration functionRemaining, long nowNanos) {
    Duration shortest = min(longest(timeout), functionRemaining.minus(RESERVE));
    return new Deadline(nowNanos + shortest.toNanos());
  }

  /** A time that was asked for, as far as any call may take. */
  static Duration longest(Duration timeout) {
    return min(timeout, LONGEST);
  }

  /** Never negative. */
  Duration remaining(long nowNanos) {
    return Duration.ofNanos(Math.max(0, nanos - nowNanos));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
