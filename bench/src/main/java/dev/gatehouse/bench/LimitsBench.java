package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.config.Limit.When;
import dev.gatehouse.config.Limit.WithoutRedis;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.ratelimit.Decision;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisOptions;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * The limits' own figures on a Redis of this machine: the script's server time, memory of a key,
 * decisions a second of one JVM, alone and pipelined; and the same decisions by Bucket4j over
 * Lettuce (two round trips) and by Redisson, in the same run. Medians of five rounds, because the
 * time that a server is told to have taken includes what others took of its processor.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.LimitsBench}. Every decision is of one of 1,000
 * callers in turn, and all are admitted, so every one writes.
 */
public final class LimitsBench {
  private static final int CALLERS = 1_000;
  private static final int DECISIONS = 20_000;
  private static final int ROUNDS = 6;
  private static final int PIPELINED = 64;
  private static final int AT_ONCE = 4;
  private static final int PIPELINED_DECISIONS = PIPELINED * AT_ONCE * 400;

  private final RealRedis server;
  private final List<Caller> callers = new ArrayList<>();
  private final ServerTimes times;

  private LimitsBench(RealRedis server) {
    this.server = server;
    times = new ServerTimes(server);
    for (int i = 0; i < CALLERS; i++) {
      Caller nobody = Caller.anonymous("192.0.2.1", "GET /things");
      callers.add(
          new Caller(
              Optional.of(new Caller.User("https://idp.example", "user-" + i)),
              nobody.address(),
              nobody.route(),
              nobody.apiKey(),
              nobody.tier(),
              nobody.roles(),
              nobody.header(),
              nobody.claim()));
    }
  }

  /** Measures and prints. */
  public static void main(String... args) throws IOException, InterruptedException {
    Figures.print(
        "machine",
        System.getProperty("os.name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, JDK "
            + Runtime.version());
    try (RealRedis server = RealRedis.start()) {
      Figures.print(
          "server", ServerTimes.apart() ? "on a processor of its own" : "shares the processors");
      LimitsBench bench = new LimitsBench(server);
      bench.gatehouse();
      bench.bucket4j();
      bench.redisson();
      bench.times.tell();
    }
  }

  private void gatehouse() {
    Limit user = bucket("per-user");
    List<Limit> three = List.of(user, window("minute", 60), window("hour", 3_600));
    try (Redis redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(10), Optional.empty()),
            InstantSource.system())) {
      RateLimiter limiter = new RateLimiter(redis, 1, InstantSource.system());
      for (int round = 0; round < ROUNDS; round++) {
        one("gatehouse, one limit", i -> decided(limiter.decide(List.of(user), caller(i))));
        one("gatehouse, three limits", i -> decided(limiter.decide(three, caller(i))));
        pipelined("gatehouse, one limit, pipelined", redis, limiter, List.of(user));
        pipelined("gatehouse, three limits, pipelined", redis, limiter, three);
      }
      Figures.print("memory of a bucket's key", memory("l:per-user") + " octets");
      Figures.print("memory of a window's key", memory("l:minute") + " octets");
    }
  }

  /** As concurrent callers of one connection do: while one waits, another sends. */
  private void pipelined(String name, Redis redis, RateLimiter limiter, List<Limit> limits) {
    times.begin();
    long before = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int thread = 0; thread < AT_ONCE; thread++) {
        int first = thread * PIPELINED_DECISIONS / AT_ONCE;
        threads.execute(() -> pipeline(redis, limiter, limits, first));
      }
    }
    times.end(name, System.nanoTime() - before, PIPELINED_DECISIONS);
  }

  private void pipeline(Redis redis, RateLimiter limiter, List<Limit> limits, int first) {
    for (int i = 0; i < PIPELINED_DECISIONS / AT_ONCE; i += PIPELINED) {
      RedisFlush flush = redis.flush();
      List<RateLimiter.Asked> asked = new ArrayList<>(PIPELINED);
      for (int j = 0; j < PIPELINED; j++) {
        asked.add(limiter.ask(flush, limits, caller(first + i + j)));
      }
      asked.forEach(each -> decided(each.decision()));
    }
  }

  private void bucket4j() {
    RedisClient client =
        RedisClient.create(RedisURI.create("redis://127.0.0.1:" + server.address().port()));
    ProxyManager<byte[]> buckets = Bucket4jLettuce.casBasedBuilder(client).build();
    BucketConfiguration configuration =
        BucketConfiguration.builder()
            .addLimit(
                limit -> limit.capacity(1_000_000).refillGreedy(1_000_000, Duration.ofSeconds(1)))
            .build();
    for (int round = 0; round < ROUNDS; round++) {
      one(
          "Bucket4j over Lettuce, one limit",
          i ->
              buckets
                  .builder()
                  .build(("b4j-" + i % CALLERS).getBytes(UTF_8), () -> configuration)
                  .tryConsume(1));
    }
    client.shutdown();
  }

  private void redisson() {
    Config config = new Config();
    config.useSingleServer().setAddress("redis://127.0.0.1:" + server.address().port());
    RedissonClient client = Redisson.create(config);
    List<RRateLimiter> limiters = new ArrayList<>(CALLERS);
    for (int i = 0; i < CALLERS; i++) {
      RRateLimiter limiter = client.getRateLimiter("redisson-" + i);
      limiter.trySetRate(RateType.OVERALL, 1_000_000, Duration.ofSeconds(1));
      limiters.add(limiter);
    }
    for (int round = 0; round < ROUNDS; round++) {
      one("Redisson, one limit", i -> limiters.get(i % CALLERS).tryAcquire());
    }
    client.shutdown();
  }

  @FunctionalInterface
  private interface Deciding {
    boolean admits(int number);
  }

  private void one(String name, Deciding deciding) {
    times.begin();
    long before = System.nanoTime();
    for (int i = 0; i < DECISIONS; i++) {
      if (!deciding.admits(i)) {
        throw new IllegalStateException(name + " refused (expected: all admitted)");
      }
    }
    times.end(name, System.nanoTime() - before, DECISIONS);
  }

  private boolean decided(Decision decision) {
    if (!decision.degraded().isEmpty()) {
      throw new IllegalStateException("decided without Redis (expected: a Redis that answers)");
    }
    return decision instanceof Decision.Admitted;
  }

  private Caller caller(int number) {
    return callers.get(number % CALLERS);
  }

  private String memory(String suffix) {
    String key =
        server
            .command("KEYS", "{u:*}" + suffix)
            .lines()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no key of " + suffix));
    return server.command("MEMORY", "USAGE", key);
  }

  private static Limit bucket(String name) {
    return limit(name, new Algorithm.TokenBucket(1_000_000, Duration.ofSeconds(1), 1_000_000));
  }

  private static Limit window(String name, int seconds) {
    return limit(name, new Algorithm.SlidingWindow(1_000_000_000, Duration.ofSeconds(seconds)));
  }

  private static Limit limit(String name, Algorithm algorithm) {
    return new Limit(
        name, List.of(Fact.USER), algorithm, 1, When.ALWAYS, false, WithoutRedis.LOCAL);
  }
}
