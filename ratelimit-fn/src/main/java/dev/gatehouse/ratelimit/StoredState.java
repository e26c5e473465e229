package dev.gatehouse.ratelimit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.gatehouse.ratelimit.Verdict.Standing;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * A limit's state as {@code limits.lua} keeps it: the numbers of a {@link Cell}, two for a token
 * bucket and three for a sliding window, and behind them those of an operator's override, if there
 * is one. Whatever else a key holds counts as nothing.
 *
 * @param meter what counts: the limit's own, or that of an override in force
 */
record StoredState(Meter meter, Optional<Cell> cell, Optional<Overridden> override) {

  /**
   * @param own the limit's own
   * @param octets little-endian doubles that are whole numbers
   */
  static StoredState of(Meter own, Optional<byte[]> octets, long nowMicros) {
    long[] numbers = octets.map(StoredState::numbers).orElse(new long[0]);
    return switch (own) {
      case TokenBucket bucket -> ofBucket(bucket, numbers, nowMicros);
      case SlidingWindow window -> ofWindow(window, numbers, nowMicros);
    };
  }

  /** How the limit stands, having passed or not. */
  Standing standing(boolean passed, long nowMicros) {
    Level level = meter.level(meter.current(cell, nowMicros), nowMicros);
    return new Standing(passed, level, override);
  }

  private static StoredState ofBucket(TokenBucket own, long[] numbers, long nowMicros) {
    return switch (numbers.length) {
      case 2 -> plain(own, new Cell(numbers[0], numbers[1], 0));
      case 6 -> {
        Instant ends = Instant.ofEpochMilli(numbers[2]);
        yield lasts(numbers[2], nowMicros)
            ? overridden(
                new Cell(numbers[0], numbers[1], 0),
                Overridden.ofBucket(numbers[3], numbers[4], numbers[5], ends))
            : plain(own, own.emptiedAtMost(numbers[0], nowMicros));
      }
      default -> new StoredState(own, Optional.empty(), Optional.empty());
    };
  }

  private static StoredState ofWindow(SlidingWindow own, long[] numbers, long nowMicros) {
    return switch (numbers.length) {
      case 3 -> plain(own, new Cell(numbers[0], numbers[1], numbers[2]));
      case 5 -> {
        Cell cell = new Cell(numbers[0], numbers[1], numbers[2]);
        Instant ends = Instant.ofEpochMilli(numbers[3]);
        yield lasts(numbers[3], nowMicros)
            ? overridden(cell, Overridden.ofWindow(numbers[4], own.length(), ends))
            : plain(own, cell);
      }
      default -> new StoredState(own, Optional.empty(), Optional.empty());
    };
  }

  private static StoredState plain(Meter own, Cell cell) {
    return new StoredState(own, Optional.of(cell), Optional.empty());
  }

  private static StoredState overridden(Cell cell, Overridden override) {
    return new StoredState(override.meter(), Optional.of(cell), Optional.of(override));
  }

  private static boolean lasts(long endsMillis, long nowMicros) {
    return endsMillis > nowMicros / 1_000;
  }

  private static long[] numbers(byte[] octets) {
    if (octets.length % Double.BYTES != 0) {
      return new long[0];
    }
    ByteBuffer buffer = ByteBuffer.wrap(octets).order(LITTLE_ENDIAN);
    long[] numbers = new long[octets.length / Double.BYTES];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (long) buffer.getDouble();
    }
    return numbers;
  }
}
