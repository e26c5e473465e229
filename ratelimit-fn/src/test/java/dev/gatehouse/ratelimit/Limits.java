package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.config.Limit.When;
import dev.gatehouse.config.Limit.WithoutRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Limits and callers for tests. */
final class Limits {
  private Limits() {}

  static Limit bucket(String name, Limit.Key by, long tokens, Duration per, long burst) {
    return new Limit(
        name,
        List.of(by),
        new Algorithm.TokenBucket(tokens, per, burst),
        1,
        When.ALWAYS,
        false,
        WithoutRedis.LOCAL);
  }

  static Limit window(String name, Limit.Key by, long requests, Duration window) {
    return new Limit(
        name,
        List.of(by),
        new Algorithm.SlidingWindow(requests, window),
        1,
        When.ALWAYS,
        false,
        WithoutRedis.LOCAL);
  }

  /** A bucket that does not refill while a test runs. */
  static Limit still(String name, Limit.Key by, long burst) {
    return bucket(name, by, 1, Duration.ofDays(365), burst);
  }

  static Limit costing(int cost, Limit limit) {
    return new Limit(
        limit.name(),
        limit.by(),
        limit.algorithm(),
        cost,
        limit.when(),
        limit.shadow(),
        limit.withoutRedis());
  }

  static Limit when(When when, Limit limit) {
    return new Limit(
        limit.name(),
        limit.by(),
        limit.algorithm(),
        limit.cost(),
        when,
        limit.shadow(),
        limit.withoutRedis());
  }

  static Limit shadow(Limit limit) {
    return new Limit(
        limit.name(),
        limit.by(),
        limit.algorithm(),
        limit.cost(),
        limit.when(),
        true,
        limit.withoutRedis());
  }

  static Limit withoutRedis(WithoutRedis behaviour, Limit limit) {
    return new Limit(
        limit.name(),
        limit.by(),
        limit.algorithm(),
        limit.cost(),
        limit.when(),
        limit.shadow(),
        behaviour);
  }

  static Caller user(String subject, String address) {
    Caller anonymous = Caller.anonymous(address, "GET /things");
    return new Caller(
        Optional.of(new Caller.User("main", subject)),
        address,
        anonymous.route(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        anonymous.header(),
        anonymous.claim());
  }
}
