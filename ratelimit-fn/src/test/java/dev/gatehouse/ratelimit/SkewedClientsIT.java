package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** R1 and R6: many clients at once, whose clocks disagree, while Redis forgets its scripts. */
class SkewedClientsIT {
  private static final int CLIENTS = 16;
  private static final long SECONDS = 3;
  private static final Limit LIMIT = Limits.bucket("l", Fact.USER, 100, Duration.ofSeconds(1), 50);
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");

  /** One client and its environment. */
  private record Client(Redis redis, RateLimiter limiter) {
    static Client of(RealRedis server, Duration skew) {
      InstantSource clock = () -> Instant.now().plus(skew);
      Redis redis =
          new Redis(
              server.address(),
              renewed -> server.login(),
              new RedisOptions(Duration.ofSeconds(10), Duration.ofSeconds(30), Optional.empty()),
              clock);
      return new Client(redis, new RateLimiter(redis, CLIENTS, clock));
    }

    /** Asks for as long as the test takes, as fast as it goes. */
    long admitted(long until) {
      long admitted = 0;
      while (System.nanoTime() < until) {
        Decision decision = limiter.decide(List.of(LIMIT), ALICE);
        assertThat(decision.degraded()).isEmpty();
        admitted += decision instanceof Admitted ? 1 : 0;
      }
      return admitted;
    }
  }

  @Test
  void togetherTheyAreAdmittedWhatOneClockAllows() throws Exception {
    try (RealRedis server = RealRedis.start()) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Client.of(server, Duration.ofHours(7L * (i - CLIENTS / 2))));
      }
      clients.forEach(client -> assertThat(client.redis().ping()).isInstanceOf(Answered.class));
      long before = micros(server);
      long admitted = ask(server, clients);
      long elapsed = micros(server) - before;
      clients.forEach(client -> client.redis().close());
      assertThat(admitted * 10_000)
          .as("%d in %d us", admitted, elapsed)
          .isBetween(SECONDS * 1_000_000 * 95 / 100, elapsed + 50 * 10_000);
    }
  }

  private static long ask(RealRedis server, List<Client> clients)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      long until = System.nanoTime() + SECONDS * 1_000_000_000;
      List<Future<Long>> asking =
          clients.stream().map(client -> threads.submit(() -> client.admitted(until))).toList();
      while (System.nanoTime() < until) {
        server.flushScripts();
        long next = System.nanoTime() + 100_000_000;
        Polling.until(Duration.ofSeconds(5), "0.1 s have passed", () -> System.nanoTime() > next);
      }
      long admitted = 0;
      for (Future<Long> one : asking) {
        admitted += one.get();
      }
      return admitted;
    }
  }

  private static long micros(RealRedis server) {
    List<String> time = server.command("TIME").lines().toList();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }
}
