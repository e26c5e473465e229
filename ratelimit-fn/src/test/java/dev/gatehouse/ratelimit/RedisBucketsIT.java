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
import java.util.stream.IntStream;
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

  /** A state is written with a time once in its window: it means nothing two windows later. */
  @Test
  void aWindowsKeyLivesUntilTheNextWindowEnds() {
    Meter minute = new SlidingWindow(1_000, 60_000);
    for (int i = 0; i < 3; i++) {
      ask(Demand.of("{a}w", minute, 1, true));
      long end = (stored("{a}w") + 2) * 60_000;
      long left = Long.parseLong(server.command("PTTL", "{a}w"));
      assertThat(left).isGreaterThanOrEqualTo(end - micros() / 1_000);
    }
    long window = stored("{a}w");
    server.command(
        "EVAL",
        "return redis.call('SET', KEYS[1], struct.pack('<ddd', ARGV[1], 0, 7), 'PX', 50)",
        "1",
        "{a}w",
        Long.toString(window - 1));
    ask(Demand.of("{a}w", minute, 1, true));
    assertThat(Long.parseLong(server.command("PTTL", "{a}w"))).isGreaterThan(100_000);
  }

  @Test
  void eightyLimitsAreDecidedTogether() {
    Meter meter = TokenBucket.of(1, 10_000_000, 2);
    List<Demand> demands =
        IntStream.range(0, 80)
            .mapToObj(i -> Demand.of("{a}" + i, meter, i % 10 == 9 ? 3 : 1, i % 10 != 9))
            .toList();
    Verdict verdict = buckets().ask(List.of(demands)).verdicts().getFirst().orElseThrow();
    assertThat(verdict.admitted()).isTrue();
    assertThat(IntStream.range(0, 80).filter(i -> !verdict.standings().get(i).passed()))
        .containsExactly(9, 19, 29, 39, 49, 59, 69, 79);
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

  private static long stored(String key) {
    String script =
        "return string.format('%.0f', (struct.unpack('<d', redis.call('GET', KEYS[1]))))";
    return Long.parseLong(server.command("EVAL", script, "1", key));
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
