package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import java.time.Duration;
import java.util.Optional;

/**
 * A limit's algorithm, in integers: how a state becomes a level, which level admits, what a level
 * means to a client.
 *
 * <p>The same arithmetic runs in {@code limits.lua}; {@link InMemoryBuckets} runs this one, and one
 * suite tests both.
 */
sealed interface Meter permits TokenBucket, SlidingWindow {
  /** How much longer than it means anything a state is kept: rounding, and clocks' small steps. */
  long EXPIRY_MARGIN_MILLIS = 1_000;

  static Meter of(Limit limit) {
    return switch (limit.algorithm()) {
      case Limit.Algorithm.TokenBucket(long tokens, Duration per, long burst) ->
          TokenBucket.of(tokens, Meter.micros(per), burst);
      case Limit.Algorithm.SlidingWindow(long requests, Duration window) ->
          new SlidingWindow(requests, window.toMillis());
    };
  }

  /** The same limit for one of several environments that do not see each other. */
  Meter share(int environments, long cost);

  /** The state as of now. */
  Cell current(Optional<Cell> held, long nowMicros);

  boolean admits(Cell current, long cost, long nowMicros);

  Cell spend(Cell current, long cost);

  /** Undoes a {@link #spend} that left this level. */
  Cell giveBack(Cell current, long cost, Level taken, long nowMicros);

  Level level(Cell current, long nowMicros);

  /** The most that can ever be left, in units of cost. */
  long capacity();

  /** What is left at this level, in units of cost. */
  long remaining(Level level);

  /** Microseconds, rounded up, until this cost is admitted; zero if it is now. */
  long waitMicros(Level level, long cost);

  /** Microseconds, rounded up, until the capacity is left again. */
  long resetMicros(Level level);

  /**
   * The last five of the seven numbers that the script takes packed for this limit.
   *
   * @param taken the level that a negative cost gives back from
   */
  long[] arguments(long cost, Level taken);

  /** The milliseconds after which an untouched state means nothing any more. */
  long lifeMillis();

  static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.toSeconds(), 1_000_000L), duration.toNanosPart() / 1_000);
  }
}
