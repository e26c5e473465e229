package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Reason;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisIT {
  private static final RedisScript ADD = RedisScript.fromResource(RedisIT.class, "add.lua");
  private static final RedisOptions PATIENT =
      new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty());
  private static RealRedis server;
  private Redis redis;

  @BeforeAll
  static void startServer() {
    server = RealRedis.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() {
    server.command("FLUSHALL");
    redis = redis(server.address());
  }

  @AfterEach
  void disconnect() {
    redis.close();
  }

  @Test
  void aValueIsReadAsItWasWritten() {
    byte[] value = {0, (byte) 0xff, '\r', '\n'};
    assertThat(answer(RedisCall.set("k", value, Duration.ofSeconds(10)))).isEqualTo("OK");
    assertThat(answer(RedisCall.get("k"))).hasValueSatisfying(v -> assertThat(v).isEqualTo(value));
    assertThat(Long.parseLong(server.command("PTTL", "k"))).isBetween(1L, 10_000L);
  }

  @Test
  void anAbsentKeyIsAnAnswer() {
    assertThat(answer(RedisCall.get("absent"))).isEmpty();
  }

  @Test
  void aScriptsValuesAreReadInOrder() {
    RedisValues values = answer(ADD.call(List.of("{a}n"), List.of("41")));
    assertThat(values.size()).isEqualTo(3);
    assertThat(values.number(0)).isEqualTo(41);
    assertThat(values.text(1)).hasValue("a text");
    assertThat(values.text(2)).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> values.number(1));
  }

  @Test
  void aForgottenScriptIsTaughtAgainAndRunsOnce() {
    answer(ADD.call(List.of("{a}n"), List.of("1")));
    server.flushScripts();
    assertThat(answer(ADD.call(List.of("{a}n"), List.of("1"))).number(0)).isEqualTo(2);
    long byText = server.executed("eval");
    assertThat(answer(ADD.call(List.of("{a}n"), List.of("1"))).number(0)).isEqualTo(3);
    assertThat(server.executed("eval")).isEqualTo(byText);
  }

  @Test
  void severalCallsAreOneTurn() throws IOException {
    answer(ADD.call(List.of("{a}n"), List.of("1")));
    try (TurnCountingRelay relay = TurnCountingRelay.to(server.address())) {
      Redis relayed = redis(relay.address());
      relayed.ping();
      int before = relay.turns();
      RedisFlush flush = relayed.flush();
      var first = flush.add(ADD.call(List.of("{a}n"), List.of("1")));
      var second = flush.add(RedisCall.get("{b}n"));
      var third = flush.add(ADD.call(List.of("{c}n"), List.of("7")));
      assertThat(value(third.reply()).number(0)).isEqualTo(7);
      assertThat(value(first.reply()).number(0)).isEqualTo(2);
      assertThat(value(second.reply())).isEmpty();
      assertThat(relay.turns() - before).isEqualTo(1);
      relayed.close();
    }
  }

  @Test
  void aFlushThatHasLeftTakesNoMoreCalls() {
    RedisFlush flush = redis.flush();
    value(flush.add(RedisCall.get("k")).reply());
    assertThatIllegalStateException().isThrownBy(() -> flush.add(RedisCall.get("k")));
  }

  @Test
  void anErrorOfRedisIsAReplyWithItsCodeAlone() {
    server.command("LPUSH", "list", "secret");
    assertThat(redis.call(RedisCall.get("list")))
        .isEqualTo(new Unavailable<>(Reason.REFUSED, "WRONGTYPE"));
  }

  @Test
  void aClosedConnectionIsOpenedAgainByTheNextUse() {
    redis.ping();
    redis.beforeCheckpoint();
    Polling.until(Duration.ofSeconds(5), "no client is left", () -> clients() == 0);
    redis.afterRestore();
    assertThat(redis.ping()).isInstanceOf(Answered.class);
  }

  private static long clients() {
    return server
        .command("CLIENT", "LIST")
        .lines()
        .filter(line -> line.contains("lettuce"))
        .count();
  }

  private static Redis redis(RedisAddress address) {
    return new Redis(address, renewed -> server.login(), PATIENT, InstantSource.system());
  }

  private <T> T answer(RedisCall<T> call) {
    return value(redis.call(call));
  }

  private static <T> T value(RedisReply<T> reply) {
    return switch (reply) {
      case Answered<T>(T value) -> value;
      case Unavailable<T> unavailable -> throw new AssertionError(unavailable.toString());
    };
  }
}
