package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.RealRedis.Trait;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Reason;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisTlsIT {
  private static RealRedis server;

  @BeforeAll
  static void start() {
    server = RealRedis.start(Trait.TLS, Trait.LOGIN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theRightCertificateAndLoginAreLetIn() {
    assertThat(ping(Optional.of(server.trust()), renewed -> server.login()))
        .isInstanceOf(Answered.class);
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() {
    assertThat(ping(Optional.empty(), renewed -> server.login())).isEqualTo(disconnected());
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThat(ping(Optional.of(server.trust()), renewed -> new RedisLogin("gatehouse", "wrong")))
        .isEqualTo(disconnected());
  }

  @Test
  void aRotatedPasswordIsReadAgainAtItsOrigin() {
    List<Boolean> reads = new ArrayList<>();
    RedisLogin.Source rotating =
        renewed -> {
          reads.add(renewed);
          return renewed ? server.login() : new RedisLogin("gatehouse", "of yesterday");
        };
    assertThat(ping(Optional.of(server.trust()), rotating)).isInstanceOf(Answered.class);
    assertThat(reads).containsExactly(false, true);
  }

  @Test
  void theConnectionIsMadeWhileTheLoginIsRead() {
    RedisLogin.Source slow =
        renewed -> {
          Polling.until(Duration.ofSeconds(4), "a connection without a login", () -> clients() > 1);
          return server.login();
        };
    assertThat(ping(Optional.of(server.trust()), slow)).isInstanceOf(Answered.class);
  }

  @Test
  void aLoginThatCannotBeReadIsAnOutage() {
    assertThat(
            ping(
                Optional.of(server.trust()),
                renewed -> {
                  throw new IllegalStateException("no secret store");
                }))
        .isEqualTo(disconnected());
  }

  /** With the one that asks. */
  private static long clients() {
    return server.command("CLIENT", "LIST").lines().count();
  }

  private static Unavailable<Duration> disconnected() {
    return new Unavailable<>(Reason.DISCONNECTED, "no connection");
  }

  private static RedisReply<Duration> ping(Optional<KeyStore> trust, RedisLogin.Source logins) {
    RedisOptions options = new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), trust);
    try (Redis redis = new Redis(server.address(), logins, options, InstantSource.system())) {
      return redis.ping();
    }
  }
}
