package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.config.Quantities;
import dev.gatehouse.config.Queue.Rate;
import dev.gatehouse.http.JsonBody;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator asks for: {@code {"rate": "500/s", "burst": 1000, "for": "1h"}} of a token
 * bucket, {@code {"window": "600/1m", "for": "1h"}} of a sliding window, whose length stays.
 */
record OverrideRequest(Algorithm algorithm, Duration lasting) {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(30);

  /** Products of these stay where the script's doubles are exact. */
  private static final long MAX_PRODUCT = 1L << 52;

  /**
   * Reads a body.
   *
   * @throws dev.gatehouse.http.GatewayException VALIDATION_FAILED
   */
  static OverrideRequest read(Limit limit, JsonBody body) {
    Optional<Algorithm> algorithm =
        switch (limit.algorithm()) {
          case Algorithm.TokenBucket _ -> bucket(limit, body);
          case Algorithm.SlidingWindow(long _, Duration window) -> window(limit, window, body);
        };
    Optional<Duration> lasting =
        body.text("for")
            .flatMap(Quantities::duration)
            .filter(time -> time.compareTo(LEAST) >= 0 && time.compareTo(MOST) <= 0);
    if (lasting.isEmpty()) {
      body.violate("/for", "missing or another form (expected: 1s to 30d, such as 10m)");
    }
    body.check();
    return new OverrideRequest(algorithm.orElseThrow(), lasting.orElseThrow());
  }

  private static Optional<Algorithm> bucket(Limit limit, JsonBody body) {
    Optional<Rate> rate = body.text("rate").flatMap(Quantities::rate);
    long most = rate.map(given -> MAX_PRODUCT / Meter.micros(given.per())).orElse(MAX_PRODUCT);
    long burst = body.whole("burst", most, rate.map(Rate::count).orElse(most));
    if (rate.isEmpty()) {
      body.violate("/rate", "missing or another form (expected: a number per unit, such as 50/s)");
    } else if (burst < limit.cost() || burst > most) {
      body.violate("/burst", burst + " (expected: " + limit.cost() + " to " + most + ")");
    }
    return rate.map(given -> new Algorithm.TokenBucket(given.count(), given.per(), burst));
  }

  private static Optional<Algorithm> window(Limit limit, Duration length, JsonBody body) {
    Optional<Rate> window =
        body.text("window")
            .flatMap(Quantities::rate)
            .filter(rate -> rate.per().equals(length))
            .filter(rate -> rate.count() >= limit.cost())
            .filter(rate -> rate.count() <= MAX_PRODUCT / length.toMillis());
    if (window.isEmpty()) {
      body.violate(
          "/window",
          "missing or another form (expected: at least "
              + limit.cost()
              + " per "
              + length.toSeconds()
              + "s, the limit's own window)");
    }
    return window.map(rate -> new Algorithm.SlidingWindow(rate.count(), length));
  }
}
