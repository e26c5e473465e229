package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.KeySetCopies.Copy;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisKeySetCopiesIT {
  private static final URI JWKS = URI.create("https://idp.example/jwks.json");
  private static final Copy COPY =
      new Copy(Instant.parse("2026-11-22T10:00:00.123Z"), "{\"keys\":\n[\"\u00e9\"]}");

  /** Patient, because a machine under load is no outage. */
  private static final RedisOptions OPTIONS =
      new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty());

  private final RealRedis server = RealRedis.start();
  private final Redis redis =
      new Redis(server.address(), renewed -> server.login(), OPTIONS, InstantSource.system());

  @AfterAll
  void close() {
    redis.close();
    server.close();
  }

  @Test
  void aCopyIsReadAsItWasWritten() {
    copies("a", JWKS).write(COPY);
    assertThat(copies("a", JWKS).read()).contains(COPY);
  }

  @Test
  void anotherIssuersCopyIsAnother() {
    copies("b", JWKS).write(COPY);
    assertThat(copies("c", JWKS).read()).isEmpty();
  }

  @Test
  void aCopyFromAnotherUrlIsNobodys() {
    copies("d", JWKS).write(COPY);
    assertThat(copies("d", URI.create("https://other.example/jwks.json")).read()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1\n",
        "1\nhttps://idp.example/jwks.json",
        "-1\n%s\n{}",
        "9999999999999999\n%s\n{}",
        "1.5\n%s\n{}"
      })
  void whatIsNoCopyIsNotRead(String text) {
    byte[] value = text.replace("%s", JWKS.toString()).getBytes(StandardCharsets.UTF_8);
    redis.call(RedisCall.set("jwks:{e}", value, Duration.ofMinutes(1)));
    assertThat(copies("e", JWKS).read()).isEmpty();
  }

  @Test
  void withoutRedisThereIsNoCopyAndNoFault() {
    try (RealRedis gone = RealRedis.start()) {
      Redis unreachable =
          new Redis(gone.address(), renewed -> gone.login(), OPTIONS, InstantSource.system());
      gone.kill();
      RedisKeySetCopies copies = new RedisKeySetCopies(unreachable, "a", JWKS, Duration.ofHours(1));
      copies.write(COPY);
      assertThat(copies.read()).isEmpty();
    }
  }

  private RedisKeySetCopies copies(String name, URI uri) {
    return new RedisKeySetCopies(redis, name, uri, Duration.ofHours(1));
  }
}
