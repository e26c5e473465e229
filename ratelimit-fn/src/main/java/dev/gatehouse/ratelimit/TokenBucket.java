package dev.gatehouse.ratelimit;

import java.util.Optional;

/**
 * A token bucket as GCRA: the state is one number, the time at which the bucket will be full.
 *
 * <p>A token takes {@code n/d} microseconds to refill (per/tokens in lowest terms), so times are
 * kept as whole microseconds and {@code d}-ths of one: no rate is rounded, no remainder is lost,
 * and the stored time moves only by what is spent. With TAT the stored time and {@code now} the
 * clock, a cost c is admitted if and only if
 *
 * <pre>max(TAT, now) + c*n/d - now &lt;= burst*n/d</pre>
 *
 * <p>and the first two terms then become TAT. Hence in any window [t, t+T] at most {@code burst +
 * T*d/n} is admitted; a clock that goes back makes TAT - now larger and admits nothing more.
 *
 * @param n of {@code n/d}, the microseconds of a token
 * @param d of {@code n/d}
 * @param burst tokens that the bucket holds
 * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A: generic cell rate
 *     algorithm</a>
 */
record TokenBucket(long n, long d, long burst) implements Meter {
  /** The longest time to full, 71 years: now + twice that stays within Lua's exact doubles. */
  private static final long MAX_SPAN_MICROS = 1L << 51;

  TokenBucket {
    boolean fits =
        n > 0
            && d > 0
            && burst > 0
            && Math.multiplyHigh(burst, n) == 0
            && burst * n >= 0
            && burst * n / d <= MAX_SPAN_MICROS;
    if (!fits) {
      throw new IllegalArgumentException(
          burst
              + " tokens of "
              + n
              + "/"
              + d
              + " us (expected: positive, refilled within 71 years)");
    }
  }

  static TokenBucket of(long tokens, long perMicros, long burst) {
    long divisor = gcd(tokens, perMicros);
    return new TokenBucket(perMicros / divisor, tokens / divisor, burst);
  }

  @Override
  public Meter share(int environments, long cost) {
    return of(d, Math.multiplyExact(n, environments), Math.max(cost, burst / environments));
  }

  @Override
  public Cell current(Optional<Cell> held, long nowMicros) {
    Cell cell = held.filter(each -> each.at() >= nowMicros).orElse(new Cell(nowMicros, 0, 0));
    boolean ofAnotherRate = cell.a() >= d;
    return ofAnotherRate ? new Cell(cell.at() + 1, 0, 0) : cell;
  }

  /** What another rate has left behind: it empties the bucket at most. */
  Cell emptiedAtMost(long at, long nowMicros) {
    return new Cell(Math.min(at + 1, nowMicros + whole(burst)), 0, 0);
  }

  @Override
  public boolean admits(Cell current, long cost, long nowMicros) {
    return waitMicros(level(current, nowMicros), cost) == 0;
  }

  @Override
  public Cell spend(Cell current, long cost) {
    long part = current.a() + part(cost);
    return new Cell(current.at() + whole(cost) + part / d, part % d, 0);
  }

  @Override
  public Cell giveBack(Cell current, long cost, Level taken, long nowMicros) {
    return spend(current, -cost);
  }

  @Override
  public Level level(Cell current, long nowMicros) {
    return new Level(current.at() - nowMicros, current.a(), 0);
  }

  @Override
  public long capacity() {
    return burst;
  }

  @Override
  public long remaining(Level level) {
    long whole = whole(burst) - level.first();
    return whole < 0 ? 0 : Math.max(0, Math.floorDiv(whole * d + part(burst) - level.second(), n));
  }

  @Override
  public long waitMicros(Level level, long cost) {
    long whole = level.first() + whole(cost) - whole(burst);
    long part = level.second() + part(cost) - part(burst);
    return Math.max(0, whole + Math.ceilDiv(part, d));
  }

  @Override
  public long resetMicros(Level level) {
    return Math.max(0, level.first() + Math.ceilDiv(level.second(), d));
  }

  @Override
  public long[] arguments(long cost, Level taken) {
    return new long[] {d, whole(cost), part(cost), whole(burst), part(burst)};
  }

  @Override
  public long lifeMillis() {
    return whole(burst) / 1_000 + EXPIRY_MARGIN_MILLIS;
  }

  /** The whole microseconds in which this cost refills. */
  private long whole(long cost) {
    return Math.floorDiv(cost * n, d);
  }

  /** The rest of that time, in d-ths of a microsecond. */
  private long part(long cost) {
    return Math.floorMod(cost * n, d);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? Math.max(1, a) : gcd(b, a % b);
  }
}
