package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** R1, R2 and R3 on a real Redis: a limit of 50 per second under every load from 20 to 500. */
class OfferedLoadIT {
  private static final Limit LIMIT = Limits.bucket("l", Fact.USER, 50, Duration.ofSeconds(1), 100);
  private static final int TOKEN_MICROS = 20_000;
  private static final long SECONDS = 6;

  /** One caller and its requests. */
  private static final class Load {
    private final int perSecond;
    private final Caller caller;
    private long asked;
    private long served;

    Load(int perSecond) {
      this.perSecond = perSecond;
      this.caller = Limits.user("load-" + perSecond, "192.0.2.1");
    }

    long due(long nanos) {
      return nanos * perSecond / 1_000_000_000 - asked;
    }
  }

  @Test
  void everyLoadAboveTheRateIsServedAtTheRateAndNoneBelowIsRefused() {
    try (RealRedis server = RealRedis.start();
        Redis redis =
            new Redis(
                server.address(),
                renewed -> server.login(),
                new RedisOptions(Duration.ofSeconds(5), Duration.ofSeconds(20), Optional.empty()),
                InstantSource.system())) {
      RateLimiter limiter = new RateLimiter(redis, 1, InstantSource.system());
      List<Load> loads =
          IntStream.of(20, 50, 52, 60, 75, 100, 150, 250, 350, 500).mapToObj(Load::new).toList();
      long before = micros(server);
      loads.stream()
          .filter(load -> load.perSecond > 50)
          .forEach(load -> limiter.decide(List.of(Limits.costing(100, LIMIT)), load.caller));
      long emptied = micros(server);
      drive(limiter, redis, loads);
      long end = micros(server);
      for (Load load : loads) {
        check(load, end - before, emptied - before);
      }
    }
  }

  /** Sends what is due, all of it in one flush, until the time is over. */
  private static void drive(RateLimiter limiter, Redis redis, List<Load> loads) {
    long start = System.nanoTime();
    Polling.until(
        Duration.ofSeconds(60),
        "the load has been driven",
        () -> {
          long elapsed = System.nanoTime() - start;
          RedisFlush flush = redis.flush();
          Map<RateLimiter.Asked, Load> sent = new LinkedHashMap<>();
          for (Load load : loads) {
            for (long due = load.due(elapsed); due > 0; due--) {
              load.asked++;
              sent.put(limiter.ask(flush, List.of(LIMIT), load.caller), load);
            }
          }
          sent.forEach((asked, load) -> load.served += serves(asked.decision()));
          return elapsed > SECONDS * 1_000_000_000;
        });
  }

  private static int serves(Decision decision) {
    assertThat(decision.degraded()).isEmpty();
    return decision instanceof Admitted ? 1 : 0;
  }

  private static void check(Load load, long micros, long slack) {
    List<String> facts = new ArrayList<>();
    facts.add(load.served + " of " + load.asked + " in " + micros + " us");
    if (load.perSecond <= 50) {
      assertThat(load.served).as("%d/s: %s", load.perSecond, facts).isEqualTo(load.asked);
      return;
    }
    assertThat(load.served * TOKEN_MICROS)
        .as("%d/s: %s", load.perSecond, facts)
        .isLessThanOrEqualTo(micros)
        .isBetween((micros - slack) * 49 / 50, micros * 51 / 50);
  }

  private static long micros(RealRedis server) {
    List<String> time = server.command("TIME").lines().toList();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }
}
