package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import java.math.BigInteger;

/**
 * How fast a line is called, as a token bucket: a call takes {@code n/d} microseconds (in lowest
 * terms, so that no rate is rounded), and the bucket holds what one second brings, at least one.
 *
 * @param n of {@code n/d}
 * @param d of {@code n/d}
 * @param burst calls that the bucket holds
 */
record CallRate(long n, long d, long burst) {
  private static final long SECOND = 1_000_000;

  static CallRate of(Queue.Rate rate) {
    long micros = rate.per().toNanos() / 1_000;
    long divisor =
        BigInteger.valueOf(micros).gcd(BigInteger.valueOf(rate.count())).longValueExact();
    long burst = Math.max(1, Math.ceilDiv(Math.multiplyExact(rate.count(), SECOND), micros));
    return new CallRate(micros / divisor, rate.count() / divisor, burst);
  }

  double perSecond() {
    return (double) SECOND * d / n;
  }
}
