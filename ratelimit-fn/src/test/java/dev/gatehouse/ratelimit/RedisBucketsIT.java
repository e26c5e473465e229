package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisBucketsIT extends BucketsContract {
  private static RealRedis server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.command("FLUSHALL");
  }

  @Override
  Buckets buckets() {
    return RedisBuckets.in(redis);
  }

  @Override
  void pass(Duration duration) {
    long end = micros() + duration.toNanos() / 1_000;
    Polling.until(duration.plusSeconds(5), "that much time has passed", () -> micros() >= end);
  }

  /** 3 tokens per second are 333,333 1/3 us each; no part of it is lost. */
  @Test
  void partsOfMicrosecondsAreKept() {
    long in2050 = Instant.parse("2050-01-01T00:00:00Z").getEpochSecond() * 1_000_000;
    long sixtyYears = Duration.ofDays(60 * 365).toSeconds();
    Demand demand = Demand.of("{a}x", TokenBucket.of(3, 1_000_000, 3 * sixtyYears), 1, true);
    server.command("SET", "{a}x", Long.toString(in2050));
    ask(demand);
    assertThat(server.command("GET", "{a}x")).isEqualTo(in2050 + 333_333 + "/1");
    ask(demand);
    assertThat(server.command("GET", "{a}x")).isEqualTo(in2050 + 666_666 + "/2");
    ask(demand);
    assertThat(server.command("GET", "{a}x")).isEqualTo(Long.toString(in2050 + 1_000_000));
  }

  @Test
  void keysEndWhenTheyMeanNothingAnyMore() {
    ask(Demand.of("{a}b", TokenBucket.of(1, 10_000_000, 5), 2, true));
    ask(Demand.of("{a}w", new SlidingWindow(5, 10_000), 2, true));
    assertThat(Long.parseLong(server.command("PTTL", "{a}b"))).isBetween(19_000L, 21_000L);
    assertThat(Long.parseLong(server.command("PTTL", "{a}w"))).isBetween(10_000L, 21_000L);
    Demand quick = Demand.of("{a}q", TokenBucket.of(1_000, 1_000_000, 5), 1, true);
    ask(quick.givenBack(ask(quick).standings().getFirst().level()));
    assertThat(server.command("EXISTS", "{a}q")).isEqualTo("0");
  }

  @Test
  void aKeyThatHoldsSomethingElseCountsAsAbsent() {
    server.command("SET", "{a}x", "nonsense");
    server.command("LPUSH", "{a}y", "list");
    Meter meter = TokenBucket.of(1, 10_000_000, 5);
    assertThat(ask(Demand.of("{a}x", meter, 5, true)).admitted()).isTrue();
    assertThat(ask(Demand.of("{a}y", meter, 5, true)).admitted()).isTrue();
    Meter window = new SlidingWindow(5, 10_000);
    assertThat(ask(Demand.of("{a}x", window, 5, true)).admitted()).isTrue();
  }

  @Test
  void threeLimitsAreOneCommand() {
    Meter meter = TokenBucket.of(1, 10_000_000, 5);
    ask(Demand.of("{a}x", meter, 1, true));
    long before = server.executed("evalsha");
    buckets()
        .ask(
            List.of(
                List.of(
                    Demand.of("{a}x", meter, 1, true),
                    Demand.of("{a}y", meter, 1, true),
                    Demand.of("{a}z", new SlidingWindow(5, 60_000), 1, true))))
        .verdicts();
    assertThat(server.executed("evalsha") - before).isEqualTo(1);
  }

  private static long micros() {
    List<String> time = server.command("TIME").lines().toList();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }
}
