package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.circuit.CircuitWatch;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisCircuitsIT extends CircuitsContract {
  private static RealRedis server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis = redis();
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
  Circuits circuits() {
    return RedisCircuits.in(redis);
  }

  @Override
  void pass(Duration duration) {
    long end = System.nanoTime() + duration.plusMillis(2).toNanos();
    Polling.until(
        duration.plusSeconds(5), "that much time has passed", () -> System.nanoTime() >= end);
  }

  @Test
  void allEnvironmentsSeeWhatOneHasFound() {
    fail(3);
    Redis other = redis();
    assertThat(
            RedisCircuits.in(other).look(service("shop"), () -> "b", OPEN).permit().orElseThrow())
        .isInstanceOf(Circuits.Permit.Open.class);
    other.close();
  }

  @Test
  void aHealthyServiceIsNeverWrittenAboutAndCostsNoScript() {
    long scripts = server.executed("evalsha");
    for (int i = 0; i < 10; i++) {
      look("a");
    }
    assertThat(server.command("DBSIZE")).isEqualTo("0");
    assertThat(server.executed("evalsha")).isEqualTo(scripts);
  }

  @Test
  void whoCallsNoServiceSeesTheStateASecondLaterAtMostAndTakesNoProbe() {
    ManualClock clock = new ManualClock();
    CircuitWatch watch = new CircuitWatch(redis, clock);
    assertThat(watch.of("shop")).isEqualTo(CircuitState.CLOSED);
    fail(3);
    long looks = server.executed("evalsha");
    assertThat(watch.of("shop")).isEqualTo(CircuitState.CLOSED);
    assertThat(server.executed("evalsha")).isEqualTo(looks);
    clock.advance(CircuitWatch.FRESH);
    assertThat(watch.of("shop")).isEqualTo(CircuitState.OPEN);
    pass(OPEN);
    clock.advance(CircuitWatch.FRESH);
    assertThat(watch.of("shop")).isEqualTo(CircuitState.HALF_OPEN);
    assertThat(look("a")).isEqualTo(new Circuits.Permit.Probe());
  }

  @Test
  void withoutRedisThisEnvironmentKeepsItsOwn() {
    try (RealRedis away = RealRedis.start()) {
      Redis lost =
          new Redis(
              away.address(),
              renewed -> away.login(),
              new RedisOptions(Duration.ofMillis(50), Duration.ofSeconds(1), Optional.empty()),
              InstantSource.system());
      away.kill();
      ManualClock clock = new ManualClock();
      CircuitBreaker breaker = new CircuitBreaker(RedisCircuits.in(lost), new LocalCircuits(clock));
      for (int i = 0; i < 3; i++) {
        CircuitBreaker.Passage passage = breaker.ask(lost.flush(), service("shop"), OPEN);
        assertThat(passage.permit()).isEqualTo(new Circuits.Permit.Closed());
        passage.failed();
      }
      assertThat(breaker.ask(lost.flush(), service("shop"), OPEN).permit())
          .isEqualTo(new Circuits.Permit.Open(OPEN));
      clock.advance(OPEN);
      CircuitBreaker.Passage probe = breaker.ask(lost.flush(), service("shop"), OPEN);
      assertThat(probe.permit()).isEqualTo(new Circuits.Permit.Probe());
      lost.close();
    }
  }

  private static Redis redis() {
    return new Redis(
        server.address(),
        renewed -> server.login(),
        new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
        InstantSource.system());
  }
}
