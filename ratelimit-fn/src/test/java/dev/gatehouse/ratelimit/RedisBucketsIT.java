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
    server.command(
        "EVAL",
        "return redis.call('SET', KEYS[1], struct.pack('<dd', ARGV[1], 0))",
        "1",
        "{a}x",
        Long.toString(in2050));
    ask(demand);
    assertThat(arrival("{a}x")).isEqualTo(in2050 + 333_333 + " 1");
    ask(demand);
    assertThat(arrival("{a}x")).isEqualTo(in2050 + 666_666 + " 2");
    ask(demand);
    assertThat(arrival("{a}x")).isEqualTo(in2050 + 1_000_000 + " 0");
  }

  @Test
  void keysEndWhenTheyMeanNothingAnyMore() {
    ask(Demand.of("{a}b", TokenBucket.of(1, 10_000_000, 5), 2, true));
    ask(Demand.of("{a}w", new SlidingWindow(5, 10_000), 2, true));
    assertThat(Long.parseLong(server.command("PTTL", "{a}b"))).isBetween(45_000L, 51_000L);
    assertThat(Long.parseLong(server.command("PTTL", "{a}w"))).isBetween(15_000L, 21_000L);
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

  /** The project's bound, with keys of a usual length. */
  @Test
  void aKeyTakesAtMost120Bytes() {
    ask(Demand.of("{u:AAAAAAAAAAAAAAAA}l:per-user", TokenBucket.of(3, 1_000_000, 5), 1, true));
    ask(Demand.of("{u:AAAAAAAAAAAAAAAA}l:minute", new SlidingWindow(5, 60_000), 1, true));
    for (String name : List.of("per-user", "minute")) {
      String used = server.command("MEMORY", "USAGE", "{u:AAAAAAAAAAAAAAAA}l:" + name);
      assertThat(Long.parseLong(used)).as(name).isBetween(1L, 120L);
    }
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

  private static String arrival(String key) {
    String script =
        "local us, part = struct.unpack('<dd', redis.call('GET', KEYS[1]))"
            + " return string.format('%.0f %.0f', us, part)";
    return server.command("EVAL", script, "1", key);
  }

  private static long micros() {
    List<String> time = server.command("TIME").lines().toList();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }
}
