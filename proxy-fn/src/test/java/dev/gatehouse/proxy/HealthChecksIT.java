package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Issuer;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.identity.KeySetCopy;
import dev.gatehouse.proxy.Health.Check;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What readiness says of an issuer's key set, by what Redis holds of it. */
class HealthChecksIT {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static RealRedis server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RealRedis.start();
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @Test
  void theAgeIsThatOfTheSharedCopy() {
    holds(new KeySetCopy(NOW.minusSeconds(90), "https://idp.example/jwks.json", "{}").octets());
    Check check = keySet();
    assertThat(check.status()).isEqualTo("up");
    assertThat(check.age()).contains(Duration.ofSeconds(90));
  }

  @Test
  void withoutACopyItIsUnknown() {
    server.command("FLUSHALL");
    assertThat(keySet()).isEqualTo(Check.unknown());
  }

  @Test
  void whatIsNoCopyIsUnknown() {
    holds("yesterday\nhttps://idp.example\n{}".getBytes(StandardCharsets.UTF_8));
    assertThat(keySet()).isEqualTo(Check.unknown());
  }

  private static void holds(byte[] octets) {
    assertThat(redis.call(RedisCall.set(KeySetCopy.key("main"), octets, Duration.ofMinutes(1))))
        .isInstanceOf(Answered.class);
  }

  private static Check keySet() {
    Issuer issuer =
        new Issuer(
            "main",
            "https://idp.example",
            new Issuer.KeySource.Jwks(URI.create("https://idp.example/jwks.json")),
            List.of("api"),
            List.of("RS256"),
            Issuer.Claims.DEFAULTS);
    HealthChecks checks = new HealthChecks(redis, new Dynamo(), InstantSource.fixed(NOW));
    return Objects.requireNonNull(checks.keySets(List.of(issuer)).get("main")).get();
  }
}
