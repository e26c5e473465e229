package dev.gatehouse.localstack.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.localstack.store.RedisServer.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real server, as a function's client meets it. */
class RedisServerIT {
  private static final String PASSWORD = "a-password-of-32-characters-here";

  private RunFolder folder;
  private Warden warden;
  private SSLContext tls;
  private RedisServer redis;

  @BeforeEach
  void start() throws Exception {
    folder = RunFolder.create();
    warden = Warden.over(folder.path());
    CertificateAuthority authority = new CertificateAuthority(new SecureRandom(), Instant.now());
    tls = authority.trusting();
    redis = RedisServer.start(folder, warden, authority, "operator");
    redis.admit("gateway", List.of(PASSWORD), "on ~* &* +@all -@dangerous");
  }

  @AfterEach
  void end() {
    redis.close();
    warden.close();
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void oneNodeOwnsEverySlot() throws Exception {
    try (RedisConsole console = redis.console()) {
      assertThat(console.run("CLUSTER", "INFO"))
          .contains("cluster_state:ok", "cluster_slots_assigned:16384", "cluster_size:1");
      assertThat(console.run("CLUSTER", "SLOTS"))
          .startsWith("0\n16383\n127.0.0.1\n" + redis.port());
    }
  }

  @Test
  void aUserComesInWithItsPasswordAndItsRights() throws Exception {
    try (RedisConsole user = user()) {
      assertThat(user.run("SET", "{u}k", "v")).isEqualTo("OK");
      assertThat(user.run("EVAL", "return redis.call('GET', KEYS[1])", "1", "{u}k")).isEqualTo("v");
      assertThatThrownBy(() -> user.run("FLUSHALL")).hasMessageContaining("NOPERM");
    }
    assertThatThrownBy(() -> RedisConsole.open(redis.port(), tls, "gateway", "wrong"))
        .hasMessageContaining("WRONGPASS");
    assertThatThrownBy(() -> RedisConsole.open(redis.port(), tls, "default", ""))
        .hasMessageContaining("WRONGPASS");
  }

  @Test
  void plainTextIsNotSpoken() throws Exception {
    try (Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), redis.port())) {
      plain.setSoTimeout(2_000);
      plain.getOutputStream().write("PING\r\n".getBytes(UTF_8));
      assertThat(firstOctet(plain)).isNotEqualTo('+');
    }
  }

  private static int firstOctet(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1; // refused by a reset
    }
  }

  @Test
  void afterAnOutageItIsEmptyOnTheSamePortWithTheSameUsers() throws Exception {
    int port = redis.port();
    try (RedisConsole user = user()) {
      user.run("SET", "k", "v");
    }

    redis.enter(State.DOWN);
    assertThatThrownBy(this::user).isInstanceOf(IOException.class);
    redis.enter(State.UP);

    assertThat(redis.port()).isEqualTo(port);
    try (RedisConsole user = user()) {
      assertThat(user.run("GET", "k")).isEmpty();
    }
  }

  @Test
  void whilePausedItAnswersNothingAndAfterwardsItHasItsData() throws Exception {
    try (RedisConsole user = user()) {
      user.run("SET", "k", "v");
      redis.enter(State.PAUSED);
      assertThatThrownBy(() -> user.run("GET", "k")).isInstanceOf(SocketTimeoutException.class);
      redis.enter(State.UP);
    }
    try (RedisConsole user = user()) {
      assertThat(user.run("GET", "k")).isEqualTo("v");
    }
  }

  @Test
  void flushTakesTheDataAndScriptFlushTheScripts() throws Exception {
    try (RedisConsole user = user()) {
      user.run("SET", "k", "v");
      String sha = user.run("SCRIPT", "LOAD", "return 1");
      redis.enter(State.FLUSH);
      assertThat(user.run("GET", "k")).isEmpty();
      assertThat(user.run("EVALSHA", sha, "0")).isEqualTo("1");
      redis.enter(State.SCRIPT_FLUSH);
      assertThatThrownBy(() -> user.run("EVALSHA", sha, "0")).hasMessageContaining("NOSCRIPT");
    }
  }

  private RedisConsole user() throws IOException {
    return RedisConsole.open(redis.port(), tls, "gateway", PASSWORD);
  }
}
