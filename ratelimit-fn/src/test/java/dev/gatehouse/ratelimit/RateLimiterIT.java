package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.ratelimit.Decision.Refused;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R1, R2 and R6 on a real Redis, by its own clock. */
class RateLimiterIT {
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");
  private static final Caller BOB = Limits.user("bob", "192.0.2.1");

  private RealRedis server;
  private Redis redis;
  private RateLimiter limiter;

  @BeforeEach
  void start() {
    server = RealRedis.start();
    connect(Duration.ofSeconds(2));
  }

  private void connect(Duration commandTimeout) {
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(commandTimeout, Duration.ofSeconds(20), Optional.empty()),
            InstantSource.system());
    limiter = new RateLimiter(redis, 4, InstantSource.system());
    Polling.until(
        Duration.ofSeconds(20), "Redis answers", () -> redis.ping() instanceof Answered<Duration>);
  }

  @AfterEach
  void stop() {
    redis.close();
    server.close();
  }

  @Test
  void threeLimitsOfAUserAreOneCommandAndOneOfAnAddressASecond() {
    Limit user = Limits.still("user", Fact.USER, 10);
    Limit minute = Limits.window("minute", Fact.USER, 60, Duration.ofMinutes(1));
    Limit hour = Limits.window("hour", Fact.USER, 60, Duration.ofHours(1));
    limiter.decide(List.of(user, minute, hour), ALICE);
    long before = server.executed("evalsha");
    assertThat(limiter.decide(List.of(user, minute, hour), ALICE)).isInstanceOf(Admitted.class);
    assertThat(server.executed("evalsha") - before).isEqualTo(1);
    Limit address = Limits.still("address", Fact.IP, 10);
    limiter.decide(List.of(user, minute, hour, address), ALICE);
    assertThat(server.executed("evalsha") - before).isEqualTo(3);
  }

  @Test
  void othersShareTheFlush() {
    Limit user = Limits.still("user", Fact.USER, 10);
    RedisFlush flush = redis.flush();
    RateLimiter.Asked asked = limiter.ask(flush, List.of(user), ALICE);
    var cached = flush.add(RedisCall.get("{x}cache"));
    assertThat(asked.decision()).isInstanceOf(Admitted.class).isSameAs(asked.decision());
    assertThat(cached.reply()).isEqualTo(new Answered<>(Optional.empty()));
  }

  @Test
  void aRefusalByAnotherSlotIsGivenBack() {
    Limit user = Limits.still("user", Fact.USER, 10);
    Limit address = Limits.still("address", Fact.IP, 1);
    limiter.decide(List.of(user, address), BOB);
    for (int i = 0; i < 5; i++) {
      Decision decision = limiter.decide(List.of(user, address), ALICE);
      assertThat(decision).isInstanceOf(Refused.class);
      assertThat(decision.quotas()).extracting(Quota::remaining).containsExactly(10L, 0L);
    }
  }

  @Test
  void lookingSpendsNothing() {
    Limit bucket = Limits.still("bucket", Fact.IP, 2);
    Limit window = Limits.window("window", Fact.IP, 2, Duration.ofHours(1));
    for (Limit limit : List.of(bucket, window)) {
      for (int i = 0; i < 5; i++) {
        assertThat(limiter.exhausted(limit, ALICE)).isFalse();
      }
      assertThat(admitted(limit, 2)).isEqualTo(2);
      assertThat(limiter.exhausted(limit, ALICE)).isTrue();
    }
  }

  /** R1 and R2: as many as the clock of Redis allows, exactly, and no fewer than the rate. */
  @Test
  void aSaturatingLoadIsServedAtTheRate() {
    Limit limit = Limits.bucket("l", Fact.USER, 100, Duration.ofSeconds(1), 10);
    assertServedAtTheRate(limit, 0);
  }

  @Test
  void forgettingTheScriptAgainAndAgainChangesNothing() {
    Limit limit = Limits.bucket("l", Fact.USER, 100, Duration.ofSeconds(1), 10);
    assertServedAtTheRate(limit, 20);
  }

  private void assertServedAtTheRate(Limit limit, int flushEvery) {
    limiter.decide(List.of(limit), BOB);
    long start = micros();
    long now = start;
    long served = 0;
    for (int i = 1; now - start < 2_000_000; i++) {
      if (flushEvery > 0 && i % flushEvery == 0) {
        server.flushScripts();
      }
      Decision decision = limiter.decide(List.of(limit), ALICE);
      assertThat(decision.degraded()).isEmpty();
      served += decision instanceof Admitted ? 1 : 0;
      now = micros();
    }
    assertThat(served * 10_000).isBetween((now - start) * 95 / 100, now - start + 10 * 10_000);
  }

  @Test
  void aRestartedEmptyServerAdmitsOneMoreBurstAtMost() {
    Limit limit = Limits.still("l", Fact.USER, 20);
    int served = admitted(limit, 15);
    server.kill();
    server.restart();
    Polling.until(
        Duration.ofSeconds(10), "Redis answers", () -> redis.ping() instanceof Answered<Duration>);
    served += admitted(limit, 100);
    assertThat(served).isEqualTo(15 + 20);
  }

  @Test
  void aPausedServerIsSkippedWithABoundedShareAndTakesUpAgain() {
    redis.close();
    connect(Duration.ofMillis(100));
    Limit limit = Limits.still("l", Fact.USER, 40);
    // Redis waits longer in an environment's first 100 flushes.
    IntStream.range(0, 100).forEach(i -> redis.ping());
    server.pause();
    long start = System.nanoTime();
    assertThat(admitted(limit, 500)).isEqualTo(40 / 4);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    server.resume();
    Polling.until(
        Duration.ofSeconds(10),
        "Redis decides",
        () -> limiter.decide(List.of(limit), ALICE).degraded().isEmpty());
  }

  @Test
  void cuttingConnectionsRefusesNobody() {
    Limit limit = Limits.bucket("l", Fact.USER, 1_000_000, Duration.ofSeconds(1), 1_000);
    for (int i = 0; i < 20; i++) {
      server.killClients();
      assertThat(admitted(limit, 5)).isEqualTo(5);
    }
  }

  private int admitted(Limit limit, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      admitted += limiter.decide(List.of(limit), ALICE) instanceof Admitted ? 1 : 0;
    }
    return admitted;
  }

  private long micros() {
    List<String> time = server.command("TIME").lines().toList();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }
}
