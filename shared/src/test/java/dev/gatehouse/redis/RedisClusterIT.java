package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.RealRedis.Trait;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Reason;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisClusterIT {
  private static final RedisScript ADD = RedisScript.fromResource(RedisIT.class, "add.lua");
  private static RealRedis server;

  @BeforeAll
  static void start() {
    server = RealRedis.start(Trait.TLS, Trait.LOGIN, Trait.CLUSTER);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callsOfSeveralSlotsShareAFlush(boolean asCluster) {
    server.command("FLUSHALL");
    try (Redis redis = redis(asCluster)) {
      RedisFlush flush = redis.flush();
      List<RedisFlush.Pending<RedisValues>> pending =
          Stream.of("{a}n", "{b}n", "{c}n")
              .map(key -> flush.add(ADD.call(List.of(key), List.of("5"))))
              .toList();
      assertThat(pending)
          .allSatisfy(
              each ->
                  assertThat(each.reply())
                      .isInstanceOfSatisfying(
                          Answered.class,
                          answer ->
                              assertThat(((RedisValues) answer.value()).number(0)).isEqualTo(5)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keysOfOneCallMustShareATag(boolean asCluster) {
    try (Redis redis = redis(asCluster)) {
      assertThat(redis.call(ADD.call(List.of("{a}n", "{a}m"), List.of("1"))))
          .isInstanceOf(Answered.class);
      assertThat(redis.call(ADD.call(List.of("{a}n", "{b}n"), List.of("1"))))
          .isEqualTo(new Unavailable<RedisValues>(Reason.REFUSED, "CROSSSLOT"));
    }
  }

  private static Redis redis(boolean asCluster) {
    return new Redis(
        asCluster ? server.clusterAddress() : server.address(),
        renewed -> server.login(),
        new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.of(server.trust())),
        InstantSource.system());
  }
}
