package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Queue;
import dev.gatehouse.queue.Lines.Place;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisLinesIT extends LinesContract {
  private static RealRedis server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis = connect(server);
  }

  static Redis connect(RealRedis server) {
    return connect(
        server, new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()));
  }

  static Redis connect(RealRedis server, RedisOptions options) {
    Redis connected =
        new Redis(server.address(), renewed -> server.login(), options, InstantSource.system());
    Polling.until(
        Duration.ofSeconds(60),
        "Redis is connected",
        () -> connected.ping() instanceof RedisReply.Answered<Duration>);
    return connected;
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
  Lines lines() {
    return RedisLines.at(clock, redis);
  }

  @Override
  void lose() {
    server.command("FLUSHALL");
  }

  /**
   * Sessions of 30 s in 20 slots, all in step: the worst for a pace that is measured, because it
   * depends on how long ago the last 20 were called.
   */
  @Test
  void theMeasuredPaceTellsAboutWhatItTakesWhenSlotsTurnOver() {
    Terms terms =
        Terms.of(
            new Queue(
                "onsale",
                List.of("evt-1"),
                new Queue.Rate(100, Duration.ofSeconds(1)),
                20,
                Optional.empty(),
                Queue.Prequeue.NONE,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30)),
            "");
    List<Place> places = new ArrayList<>(joinAll(terms, 300));
    Place last = places.getLast();
    for (int second = 0; second < 120; second += 5) {
      round(terms, places);
    }
    Instant asked = clock.instant();
    Eta told = Eta.of(look(terms, last), terms);
    while (places.contains(last)) {
      round(terms, places);
    }
    long took = Duration.between(asked, clock.instant()).toSeconds();
    Printed.figure("ETA", "300th with 20 slots of 30 s: told " + told + ", took " + took + " s");
    long seconds = told.seconds().orElseThrow();
    assertThat(Math.abs(seconds - took)).isLessThanOrEqualTo(took / 4);
    assertThat(told.range().orElseThrow().low()).isLessThanOrEqualTo(took * 115 / 100);
    assertThat(told.range().orElseThrow().high()).isGreaterThanOrEqualTo(took * 85 / 100);
  }

  /** Everyone asks; whoever is called enters at once. */
  private void round(Terms terms, List<Place> places) {
    pass(Duration.ofSeconds(5));
    places.removeIf(place -> enter(terms, place).stage() == Stage.ACTIVE);
  }
}
