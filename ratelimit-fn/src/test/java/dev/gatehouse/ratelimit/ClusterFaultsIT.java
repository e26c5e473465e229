package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.config.Limit.WithoutRedis;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealCluster;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
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

/** R6 in a cluster of three: what moves and what is lost there. */
class ClusterFaultsIT {
  private static final int BURST = 40;

  /** Nothing is admitted but by Redis. */
  private static final Limit LIMIT =
      Limits.withoutRedis(WithoutRedis.DENY, Limits.still("l", Fact.USER, BURST));

  private RealCluster cluster;
  private Redis redis;
  private RateLimiter limiter;

  @BeforeEach
  void start() {
    cluster = RealCluster.start();
    redis =
        new Redis(
            cluster.address(),
            renewed -> cluster.master(0).login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(20), Optional.empty()),
            InstantSource.system());
    limiter = new RateLimiter(redis, 4, InstantSource.system());
    Polling.until(
        Duration.ofSeconds(20), "Redis answers", () -> redis.ping() instanceof Answered<Duration>);
  }

  @AfterEach
  void stop() {
    redis.close();
    cluster.close();
  }

  @Test
  void limitsOfCallersEverywhereInTheClusterAreCounted() {
    for (int i = 0; i < 12; i++) {
      Caller caller = Limits.user("user-" + i, "192.0.2." + i);
      List<Limit> both = List.of(LIMIT, Limits.still("address", Fact.IP, 2));
      assertThat(IntStream.range(0, 4).mapToObj(n -> limiter.decide(both, caller)))
          .extracting(decision -> decision instanceof Admitted)
          .containsExactly(true, true, false, false);
      assertThat(limiter.look(both, caller).quotas())
          .extracting(Quota::remaining)
          .containsExactly(BURST - 2L, 0L);
    }
  }

  @Test
  void thePromotionOfALaggingReplicaAdmitsAtMostWhatItMissed() {
    Caller caller = callerOf(1);
    RealRedis replica = cluster.replicaOf(1);
    assertThat(admitted(caller, 15)).isEqualTo(15);
    cluster.inStep(1);
    cluster.cutOff(replica);
    assertThat(admitted(caller, 20)).isEqualTo(20);
    cluster.master(1).kill();
    cluster.promote(replica);
    Polling.until(
        Duration.ofSeconds(30),
        "the promoted replica decides",
        () -> limiter.look(List.of(LIMIT), caller).degraded().isEmpty());
    assertThat(admitted(caller, 100)).isEqualTo(BURST - 15);
  }

  @Test
  void aSlotThatMovesTakesItsCountsAlong() {
    Caller caller = callerOf(1);
    String key = LimitKey.of(LIMIT, caller).key();
    assertThat(admitted(caller, 10)).isEqualTo(10);
    cluster.beginMove(key, 2);
    int admitted = 10 + admitted(caller, 5);
    cluster.migrate(key, 2);
    admitted += admitted(caller, 5);
    cluster.endMove(key, 2);
    admitted += admitted(caller, 5);
    assertThat(admitted).isEqualTo(25);
    assertThat(cluster.master(2).command("EXISTS", key)).isEqualTo("1");
    assertThat(admitted(caller, 100)).isEqualTo(BURST - 25);
  }

  /** Somebody whose key is at home there. */
  private Caller callerOf(int master) {
    return IntStream.range(0, 100)
        .mapToObj(i -> Limits.user("somebody-" + i, "192.0.2.1"))
        .filter(caller -> cluster.home(LimitKey.of(LIMIT, caller).key()) == master)
        .findFirst()
        .orElseThrow();
  }

  private int admitted(Caller caller, int requests) {
    return (int)
        IntStream.range(0, requests)
            .mapToObj(i -> limiter.decide(List.of(LIMIT), caller))
            .filter(Admitted.class::isInstance)
            .count();
  }
}
