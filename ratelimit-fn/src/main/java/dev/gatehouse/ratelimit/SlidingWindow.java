package dev.gatehouse.ratelimit;

import java.util.Optional;

/**
 * A sliding window over two counters: the count of the previous window weighs as much as the
 * sliding window still covers of it.
 *
 * <p>With W the window's length, e the time since the current one began, p and c the two counts, a
 * cost k is admitted if and only if
 *
 * <pre>p*(W - e) + (c + k)*W &lt;= requests*W</pre>
 *
 * <p>in whole milliseconds, so nothing is rounded. The weight supposes that the previous window's
 * requests were spread evenly; where they were not, a window of length W may see more than {@code
 * requests}, and never more than twice as many.
 *
 * @see <a href="https://blog.cloudflare.com/counting-things-a-lot-of-different-things/">Cloudflare:
 *     How we built rate limiting capable of scaling to millions of domains</a>
 */
record SlidingWindow(long requests, long length) implements Meter {
  /** Lua's doubles are exact up to here. */
  private static final long MAX_PRODUCT = 1L << 52;

  SlidingWindow {
    if (requests < 1 || length < 1 || requests > MAX_PRODUCT / length) {
      throw new IllegalArgumentException(
          requests + " requests in " + length + " ms (expected: positive, a product below 2^52)");
    }
  }

  @Override
  public Meter share(int environments, long cost) {
    return new SlidingWindow(Math.max(cost, requests / environments), length);
  }

  @Override
  public Cell current(Optional<Cell> held, long nowMicros) {
    long index = Math.floorDiv(nowMicros / 1_000, length);
    Cell cell = held.orElse(new Cell(index, 0, 0));
    if (index <= cell.at()) {
      return cell;
    }
    return new Cell(index, index == cell.at() + 1 ? cell.b() : 0, 0);
  }

  @Override
  public boolean admits(Cell current, long cost, long nowMicros) {
    return left(level(current, nowMicros)) >= cost;
  }

  @Override
  public Cell spend(Cell current, long cost) {
    return new Cell(current.at(), current.a(), current.b() + cost);
  }

  @Override
  public Cell giveBack(Cell current, long cost, Level taken, long nowMicros) {
    boolean rolled = level(current, nowMicros).third() < taken.third();
    return rolled
        ? new Cell(current.at(), Math.max(0, current.a() - cost), current.b())
        : new Cell(current.at(), current.a(), Math.max(0, current.b() - cost));
  }

  @Override
  public Level level(Cell current, long nowMicros) {
    long elapsed = Math.max(0, nowMicros / 1_000 - current.at() * length);
    return new Level(current.a(), current.b(), elapsed);
  }

  @Override
  public long capacity() {
    return requests;
  }

  @Override
  public long remaining(Level level) {
    return Math.max(0, left(level));
  }

  @Override
  public long waitMicros(Level level, long cost) {
    long current = level.second();
    long free = requests - current - cost;
    long millis =
        free >= 0
            ? weightFalls(level.first(), free) - level.third()
            : length - level.third() + weightFalls(current, requests - cost);
    return Math.max(0, millis) * 1_000;
  }

  @Override
  public long resetMicros(Level level) {
    long rest = length - level.third();
    if (level.second() > 0) {
      return (rest + length) * 1_000;
    }
    return level.first() > 0 ? rest * 1_000 : 0;
  }

  @Override
  public long[] arguments(long cost, Level taken) {
    return new long[] {0, length, requests, taken.third(), 0};
  }

  @Override
  public long lifeMillis() {
    return 2 * length + EXPIRY_MARGIN_MILLIS;
  }

  /** Negative where a clock that went back has brought two full windows together. */
  private long left(Level level) {
    long weighted = level.first() * (length - level.third());
    return Math.floorDiv(requests * length - weighted, length) - level.second();
  }

  /** The milliseconds into a window at which the previous count weighs no more than this. */
  private long weightFalls(long previous, long allowed) {
    return previous == 0 ? 0 : Math.max(0, length - Math.max(0, allowed) * length / previous);
  }
}
