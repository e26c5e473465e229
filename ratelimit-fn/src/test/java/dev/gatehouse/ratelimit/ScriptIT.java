package dev.gatehouse.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.ratelimit.Verdict.Standing;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script against the Java whose invariants are tested: the same text, but for the clock, which
 * is the test's and moves both ways.
 */
class ScriptIT {
  private static final List<Meter> METERS =
      List.of(
          TokenBucket.of(7, 3_000_000, 50),
          TokenBucket.of(50, 1_000_000, 2_000),
          new SlidingWindow(40, 10_000),
          new SlidingWindow(7, 9_973));

  private static RealRedis server;
  private static Redis redis;
  private static RedisScript script;
  private static String administration;

  private final ManualClock clock = new ManualClock();
  private final Buckets reference = new InMemoryBuckets(clock);

  @BeforeAll
  static void start() throws IOException {
    server = RealRedis.start();
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(10), Optional.empty()),
            InstantSource.system());
    redis.open();
    script = RedisScript.of(ofTheTestsClock("limits.lua", "call('TIME')"));
    administration = ofTheTestsClock("administer.lua", "redis.call('TIME')");
  }

  private static String ofTheTestsClock(String name, String clock) throws IOException {
    try (InputStream in = Objects.requireNonNull(RedisBuckets.class.getResourceAsStream(name))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text).contains(clock);
      return text.replace(clock, "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
    }
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itDecidesAsTheReferenceDoes(long seed) {
    server.command("FLUSHALL");
    Random random = new Random(seed);
    List<Demand> giveBack = List.of();
    for (int step = 0; step < 1_500; step++) {
      clock.advance(Duration.ofNanos(1_000 * pause(random)));
      List<Demand> demands = giveBack;
      if (giveBack.isEmpty()) {
        demands = random(random);
      }
      Verdict expected = reference.ask(List.of(demands)).verdicts().getFirst().orElseThrow();
      assertThat(run(demands)).as("seed %d step %d", seed, step).isEqualTo(expected);
      boolean spent = giveBack.isEmpty() && expected.admitted() && random.nextInt(4) == 0;
      giveBack = spent ? givenBack(demands, expected) : List.of();
    }
  }

  /**
   * A key that an operator overrides decides as the operator's numbers do, from a full bucket on.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anOverriddenKeyDecidesAsItsOverride(long seed) {
    server.command("FLUSHALL");
    Random random = new Random(seed);
    List<Meter> instead =
        List.of(
            new TokenBucket(7_000_000, 14, 30),
            new TokenBucket(1_000_000, 333, 77),
            new SlidingWindow(90, 10_000),
            new SlidingWindow(3, 9_973));
    administer("0", "2678400000", "7000000", "14", "30");
    administer("1", "2678400000", "1000000", "333", "77");
    administer("2", "2678400000", "90");
    administer("3", "2678400000", "3");
    for (int step = 0; step < 1_000; step++) {
      clock.advance(Duration.ofNanos(1_000 * Math.abs(pause(random))));
      List<Demand> demands = random(random);
      List<Demand> expected =
          demands.stream()
              .map(
                  demand ->
                      Demand.of(
                          demand.key(),
                          instead.get(METERS.indexOf(demand.meter())),
                          demand.cost(),
                          demand.enforced()))
              .toList();
      assertThat(run(demands))
          .as("seed %d step %d", seed, step)
          .isEqualTo(reference.ask(List.of(expected)).verdicts().getFirst().orElseThrow());
    }
  }

  private void administer(String place, String... numbers) {
    Meter meter = METERS.get(Integer.parseInt(place));
    List<String> words = new ArrayList<>(List.of("EVAL", administration, "1", "{t}" + place));
    words.add("override");
    words.add(meter instanceof SlidingWindow(long _, long length) ? Long.toString(length) : "0");
    words.add("100000");
    words.addAll(List.of(numbers));
    assertThat(server.command(time(words).toArray(String[]::new))).matches("\\d+");
  }

  private List<String> time(List<String> words) {
    Instant now = clock.instant();
    words.add(Long.toString(now.getEpochSecond()));
    words.add(Integer.toString(now.getNano() / 1_000));
    return words;
  }

  /** Mostly short, sometimes longer than a window, sometimes back. */
  private static long pause(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextLong(15_000_000);
      case 1 -> -random.nextLong(12_000_000);
      default -> random.nextLong(300_000);
    };
  }

  private static List<Demand> random(Random random) {
    List<Demand> demands = new ArrayList<>();
    for (int i = 0; i < METERS.size(); i++) {
      if (random.nextInt(3) > 0) {
        demands.add(Demand.of("{t}" + i, METERS.get(i), random.nextInt(4), random.nextInt(5) > 0));
      }
    }
    return demands.isEmpty() ? List.of(Demand.of("{t}0", METERS.getFirst(), 1, true)) : demands;
  }

  private static List<Demand> givenBack(List<Demand> demands, Verdict verdict) {
    List<Demand> back = new ArrayList<>();
    for (int i = 0; i < demands.size(); i++) {
      Standing standing = verdict.standings().get(i);
      back.add(
          standing.passed() && demands.get(i).cost() > 0
              ? demands.get(i).givenBack(standing.level())
              : demands.get(i).lookedAt());
    }
    return back;
  }

  private Verdict run(List<Demand> demands) {
    List<byte[]> arguments = new ArrayList<>(RedisBuckets.arguments(demands));
    time(new ArrayList<>()).forEach(word -> arguments.add(word.getBytes(US_ASCII)));
    List<String> keys = demands.stream().map(Demand::key).toList();
    return switch (redis.call(script.binaryCall(keys, arguments))) {
      case Answered<RedisValues>(RedisValues values) ->
          plain(RedisBuckets.verdict(demands, values));
      case Unavailable<RedisValues> unavailable -> throw new AssertionError(unavailable);
    };
  }

  /** Without what an operator has put in the place of the numbers. */
  private static Verdict plain(Verdict verdict) {
    return new Verdict(
        verdict.admitted(),
        verdict.standings().stream()
            .map(standing -> new Standing(standing.passed(), standing.level()))
            .toList());
  }
}
