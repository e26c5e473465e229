package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Reason;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisOutageIT {
  private static final RedisScript ADD = RedisScript.fromResource(RedisIT.class, "add.lua");
  private static final Duration TIMEOUT = Duration.ofMillis(100);

  /** What scheduling on a busy machine may add to a wait. */
  private static final Duration SLACK = Duration.ofMillis(400);

  private final ManualClock clock = new ManualClock();
  private RealRedis server;
  private Redis redis;

  @BeforeEach
  void start() {
    server = RealRedis.start();
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(TIMEOUT, Duration.ofSeconds(5), Optional.empty()),
            clock);
    assertThat(redis.ping()).isInstanceOf(Answered.class);
  }

  @AfterEach
  void stop() {
    redis.close();
    server.close();
  }

  @Test
  void aPausedServerCostsOneTimeoutPerCallAndThenNothing() {
    grow();
    server.pause();
    for (int i = 0; i < 3; i++) {
      assertThat(timed(Reason.TIMEOUT, Reason.DISCONNECTED))
          .isBetween(TIMEOUT, TIMEOUT.plus(SLACK));
    }
    for (int i = 0; i < 1000; i++) {
      timed(Reason.SKIPPED);
    }
    assertThat(timed(Reason.SKIPPED)).isLessThan(TIMEOUT);
    server.resume();
    recovers();
  }

  /** What a fresh environment loses is its own, not a fault of Redis. */
  @Test
  void aFreshEnvironmentIsMorePatient() {
    server.pause();
    assertThat(timed(Reason.TIMEOUT)).isGreaterThan(TIMEOUT.multipliedBy(5));
    server.resume();
    grow();
    redis.beforeCheckpoint();
    redis.afterRestore();
    assertThat(redis.ping()).isInstanceOf(Answered.class);
    server.pause();
    assertThat(timed(Reason.TIMEOUT)).isGreaterThan(TIMEOUT.multipliedBy(5));
    server.resume();
  }

  /** A snapshot is restored into another time. */
  @Test
  void whatFailedBeforeACheckpointIsForgottenAfterIt() {
    grow();
    server.pause();
    for (int i = 0; i < 3; i++) {
      timed(Reason.TIMEOUT, Reason.DISCONNECTED);
    }
    timed(Reason.SKIPPED);
    redis.beforeCheckpoint();
    server.resume();
    redis.afterRestore();
    assertThat(redis.ping()).isInstanceOf(Answered.class);
  }

  @Test
  void aKilledServerCostsNoMoreAndIsTakenUpAgain() {
    server.kill();
    for (int i = 0; i < 3; i++) {
      assertThat(timed(Reason.DISCONNECTED)).isLessThan(TIMEOUT.plus(SLACK));
    }
    timed(Reason.SKIPPED);
    server.restart();
    recovers();
  }

  @Test
  void anotherConnectionReplacesACutOneWithinTheCall() {
    server.killClients();
    Polling.until(
        Duration.ofSeconds(5), "answers again", () -> redis.ping() instanceof Answered<Duration>);
    assertThat(clock.instant()).isEqualTo(new ManualClock().instant());
  }

  @Test
  void nothingIsKeptForLater() {
    server.pause();
    assertThat(redis.call(ADD.call(List.of("n"), List.of("1")))).isInstanceOf(Unavailable.class);
    redis.close();
    server.kill();
    server.restart();
    recovers();
    assertThat(server.command("GET", "n")).isEmpty();
  }

  /** Until it is no longer fresh. */
  private void grow() {
    for (int i = 0; i < 100; i++) {
      Polling.until(
          Duration.ofSeconds(5), "an answer", () -> redis.ping() instanceof Answered<Duration>);
    }
  }

  private void recovers() {
    Polling.until(
        Duration.ofSeconds(10),
        "Redis answers again",
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return redis.ping() instanceof Answered<Duration>;
        });
  }

  private Duration timed(Reason... expected) {
    long before = System.nanoTime();
    RedisReply<Optional<byte[]>> reply = redis.call(RedisCall.get("k"));
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    assertThat(reply)
        .isInstanceOfSatisfying(
            Unavailable.class, no -> assertThat(List.of(expected)).contains(no.reason()));
    return took;
  }
}
