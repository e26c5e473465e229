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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * R6: whatever Redis does, every request is decided, soon, and no more is admitted than the limit,
 * this environment's share, and for a Redis that lost its data one burst more.
 */
class FaultsIT {
  private static final Duration TIMEOUT = Duration.ofMillis(100);

  /** What scheduling on a busy machine may add to a wait. */
  private static final Duration SLACK = Duration.ofMillis(400);

  private static final Duration OUTAGE = Duration.ofSeconds(2);
  private static final int BURST = 40;
  private static final int ENVIRONMENTS = 4;
  private static final Limit LIMIT = Limits.still("l", Fact.USER, BURST);
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");

  enum Fault {
    OUT_OF_MEMORY {
      @Override
      void begin(RealRedis server) {
        server.command("CONFIG", "SET", "maxmemory", "1");
      }

      @Override
      void end(RealRedis server) {
        server.command("CONFIG", "SET", "maxmemory", "0");
      }
    },
    READ_ONLY {
      @Override
      void begin(RealRedis server) {
        server.command("REPLICAOF", "127.0.0.1", "1");
      }

      @Override
      void end(RealRedis server) {
        server.command("REPLICAOF", "NO", "ONE");
      }
    },
    PAUSED {
      @Override
      void begin(RealRedis server) {
        server.pause();
      }

      @Override
      void end(RealRedis server) {
        server.resume();
      }
    },
    KILLED {
      @Override
      void begin(RealRedis server) {
        server.kill();
      }

      @Override
      void end(RealRedis server) {
        server.restart();
      }
    };

    abstract void begin(RealRedis server);

    abstract void end(RealRedis server);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyRequestIsDecidedSoonAndWithinTheBound(Fault fault) {
    try (RealRedis server = RealRedis.start();
        Redis redis =
            new Redis(
                server.address(),
                renewed -> server.login(),
                new RedisOptions(TIMEOUT, Duration.ofSeconds(20), Optional.empty()),
                InstantSource.system())) {
      RateLimiter limiter = new RateLimiter(redis, ENVIRONMENTS, InstantSource.system());
      Tally tally = new Tally(limiter);
      grow(redis);
      tally.ask(30);
      assertThat(tally.admitted).isEqualTo(30);

      fault.begin(server);
      long end = System.nanoTime() + OUTAGE.toNanos();
      Polling.until(
          Duration.ofSeconds(30),
          "the outage is over",
          () -> {
            tally.ask(1);
            return System.nanoTime() > end;
          });
      assertThat(tally.admittedWithoutRedis).isEqualTo(BURST / ENVIRONMENTS);
      assertThat(tally.longest).isLessThan(TIMEOUT.plus(SLACK));
      assertThat(tally.slow).as("three failures, then one attempt a second").isLessThanOrEqualTo(6);

      fault.end(server);
      long connections = connections(server);
      Polling.until(Duration.ofSeconds(10), "Redis decides", () -> tally.ask(1) == 0);
      tally.ask(100);
      int lost = fault == Fault.KILLED ? 30 : 0;
      int bound = BURST + lost + BURST / ENVIRONMENTS;
      // What timed out may have been executed, and then spent for nothing.
      assertThat(tally.admitted).isBetween(bound - tally.slow, bound);
      // Each of the questions to the server here is a connection of its own.
      assertThat(connections(server) - connections).isLessThanOrEqualTo(4);
    }
  }

  private static final class Tally {
    private final RateLimiter limiter;
    private int admitted;
    private int admittedWithoutRedis;
    private int slow;
    private Duration longest = Duration.ZERO;

    Tally(RateLimiter limiter) {
      this.limiter = limiter;
    }

    /** Returns how many of the requests were decided without Redis. */
    int ask(int requests) {
      int degraded = 0;
      for (int i = 0; i < requests; i++) {
        long before = System.nanoTime();
        Decision decision = limiter.decide(List.of(LIMIT), ALICE);
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        boolean local = !decision.degraded().isEmpty();
        slow += took.compareTo(TIMEOUT.dividedBy(2)) > 0 ? 1 : 0;
        longest = took.compareTo(longest) > 0 ? took : longest;
        degraded += local ? 1 : 0;
        admitted += decision instanceof Admitted ? 1 : 0;
        admittedWithoutRedis += decision instanceof Admitted && local ? 1 : 0;
      }
      return degraded;
    }
  }

  /** Redis waits longer in an environment's first 100 flushes. */
  private static void grow(Redis redis) {
    for (int i = 0; i < 120; i++) {
      Polling.until(
          Duration.ofSeconds(20),
          "Redis answers",
          () -> redis.ping() instanceof Answered<Duration>);
    }
  }

  private static long connections(RealRedis server) {
    Matcher found =
        Pattern.compile("total_connections_received:(\\d+)").matcher(server.command("INFO"));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
