package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What an operator has put in the place of a limit's own numbers, for one key and for a while.
 *
 * @param meter counts as the store does: a bucket's fractions are those of its tokens, not reduced
 * @param ends by the store's clock
 */
record Overridden(Algorithm algorithm, Meter meter, Instant ends) {

  static Overridden ofBucket(long perMicros, long tokens, long burst, Instant ends) {
    Duration per = Duration.of(perMicros, ChronoUnit.MICROS);
    return new Overridden(
        new Algorithm.TokenBucket(tokens, per, burst),
        new TokenBucket(perMicros, tokens, burst),
        ends);
  }

  static Overridden ofWindow(long requests, long lengthMillis, Instant ends) {
    return new Overridden(
        new Algorithm.SlidingWindow(requests, Duration.ofMillis(lengthMillis)),
        new SlidingWindow(requests, lengthMillis),
        ends);
  }
}
