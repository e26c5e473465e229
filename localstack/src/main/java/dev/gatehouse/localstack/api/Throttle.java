package dev.gatehouse.localstack.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A token bucket: {@code burst} requests at once, refilled at {@code rate} a second. Source: API
 * Gateway Developer Guide, "Throttle requests to your REST APIs".
 */
final class Throttle {

  private final double rate;
  private final double burst;
  private final InstantSource clock;
  private double tokens;
  private Instant filled;

  Throttle(double rate, int burst, InstantSource clock) {
    this.rate = rate;
    this.burst = burst;
    this.clock = clock;
    this.tokens = burst;
    this.filled = clock.instant();
  }

  synchronized boolean admits() {
    var now = clock.instant();
    if (now.isAfter(filled)) {
      double seconds = Duration.between(filled, now).toNanos() / 1e9;
      tokens = Math.min(burst, tokens + seconds * rate);
      filled = now;
    }
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
