package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.config.Quantities;
import dev.gatehouse.config.Queue.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
   * @throws dev.gatehouse.http.GatewayException INVALID_REQUEST or VALIDATION_FAILED
   */
  static OverrideRequest read(Limit limit, byte[] body) {
    Map<String, Object> members = StrictJson.object(body);
    Violations violations = Violations.ofMembers();
    Optional<Algorithm> algorithm =
        switch (limit.algorithm()) {
          case Algorithm.TokenBucket _ -> bucket(limit, members, violations);
          case Algorithm.SlidingWindow(long _, Duration window) ->
              window(limit, window, members, violations);
        };
    Optional<Duration> lasting =
        text(members, "for")
            .flatMap(Quantities::duration)
            .filter(time -> time.compareTo(LEAST) >= 0 && time.compareTo(MOST) <= 0);
    if (lasting.isEmpty()) {
      violations.add("for", found(members, "for"), "1s to 30d, such as 10m");
    }
    violations.check();
    return new OverrideRequest(algorithm.orElseThrow(), lasting.orElseThrow());
  }

  private static Optional<Algorithm> bucket(
      Limit limit, Map<String, Object> members, Violations violations) {
    only(Set.of("rate", "burst", "for"), members, violations);
    Optional<Rate> rate = text(members, "rate").flatMap(Quantities::rate);
    if (rate.isEmpty()) {
      violations.add("rate", found(members, "rate"), "a number per unit, such as 50/s");
      return Optional.empty();
    }
    long burst =
        members.getOrDefault("burst", rate.get().count()) instanceof Long number ? number : 0;
    long per = Meter.micros(rate.get().per());
    long most = MAX_PRODUCT / per;
    if (burst < limit.cost() || burst > most || rate.get().count() > MAX_PRODUCT) {
      violations.add("burst", found(members, "burst"), limit.cost() + " to " + most);
      return Optional.empty();
    }
    return Optional.of(new Algorithm.TokenBucket(rate.get().count(), rate.get().per(), burst));
  }

  private static Optional<Algorithm> window(
      Limit limit, Duration length, Map<String, Object> members, Violations violations) {
    only(Set.of("window", "for"), members, violations);
    Optional<Rate> window =
        text(members, "window")
            .flatMap(Quantities::rate)
            .filter(rate -> rate.per().equals(length))
            .filter(rate -> rate.count() >= limit.cost())
            .filter(rate -> rate.count() <= MAX_PRODUCT / length.toMillis());
    if (window.isEmpty()) {
      violations.add(
          "window",
          found(members, "window"),
          "at least " + limit.cost() + " per " + length.toSeconds() + "s, the limit's own window");
    }
    return window.map(rate -> new Algorithm.SlidingWindow(rate.count(), length));
  }

  private static void only(Set<String> known, Map<String, Object> members, Violations violations) {
    members.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> violations.add(name, "unknown", "of " + String.join(", ", known)));
  }

  private static Optional<String> text(Map<String, Object> members, String name) {
    return Optional.ofNullable(members.get(name))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  private static String found(Map<String, Object> members, String name) {
    Object value = members.get(name);
    return value == null ? "missing" : String.valueOf(value);
  }
}
