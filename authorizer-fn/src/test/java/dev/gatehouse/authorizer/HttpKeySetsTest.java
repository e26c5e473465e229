package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.HttpKeySets.PATIENCE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.authorizer.KeySetSource.Answer;
import dev.gatehouse.authorizer.KeySetSource.Answer.Failed;
import dev.gatehouse.authorizer.KeySetSource.Answer.Fetched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpKeySetsTest {
  private static final String SET = "{\"keys\":[]}";
  private static final byte[] OCTETS = SET.getBytes(StandardCharsets.UTF_8);

  @BeforeAll
  static void warmUp() {
    KeyServer.warmUp();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/jwk-set+json",
        "APPLICATION/JSON"
      })
  void jsonIsFetched(String type) {
    try (KeyServer server = new KeyServer(KeyServer.body(200, type, OCTETS))) {
      assertThat(fetch(server)).isEqualTo(new Fetched(SET));
      assertThat(server.fetches()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "text/plain", "text/json", "image/png", "application/xml", ""})
  void anotherTypeIsRefused(String type) {
    try (KeyServer server = new KeyServer(KeyServer.body(200, type, OCTETS))) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304, 401, 403, 404, 429, 500, 503})
  void anotherStatusIsRefusedAfterOneQuestion(int status) {
    byte[] body = status == 204 || status == 304 ? new byte[0] : OCTETS;
    try (KeyServer server = new KeyServer(KeyServer.body(status, "application/json", body))) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
      assertThat(server.fetches()).isEqualTo(1);
    }
  }

  @Test
  void aBodyAtTheBoundIsFetchedAndOneOctetMoreIsNot() {
    byte[] largest = " ".repeat(HttpKeySets.MAX_OCTETS).getBytes(StandardCharsets.UTF_8);
    byte[] larger = " ".repeat(HttpKeySets.MAX_OCTETS + 1).getBytes(StandardCharsets.UTF_8);
    try (KeyServer server = new KeyServer(KeyServer.body(200, "application/json", largest))) {
      assertThat(fetch(server)).isInstanceOf(Fetched.class);
      server.behave(KeyServer.body(200, "application/json", larger));
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void anEndlessBodyIsCutOff() {
    byte[] block = new byte[64 * 1024];
    try (KeyServer server =
        new KeyServer(
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(200, 0);
              while (true) {
                exchange.getResponseBody().write(block);
              }
            })) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void aBodyThatEndsEarlyIsRefused() {
    try (KeyServer server =
        new KeyServer(
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(200, OCTETS.length + 1);
              exchange.getResponseBody().write(OCTETS);
              exchange.getResponseBody().flush();
            })) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void aBodyThatIsNotUtf8IsRefused() {
    byte[] octets = {'{', '"', (byte) 0xff, '"', '}'};
    try (KeyServer server = new KeyServer(KeyServer.body(200, "application/json", octets))) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void aRedirectToTheSameOriginIsFollowed() {
    try (KeyServer server = new KeyServer(SET)) {
      server.behave(
          exchange ->
              (exchange.getRequestURI().getPath().equals("/jwks.json")
                      ? KeyServer.redirecting(server.uri("/new.json"))
                      : KeyServer.publishing(SET))
                  .answer(exchange));
      assertThat(fetch(server)).isEqualTo(new Fetched(SET));
    }
  }

  @Test
  void aRedirectToNowhereIsRefused() {
    try (KeyServer server = new KeyServer(SET)) {
      server.behave(exchange -> exchange.sendResponseHeaders(302, -1));
      assertThat(fetch(server)).isInstanceOf(Failed.class);
      server.behave(
          exchange -> {
            exchange.getResponseHeaders().set("Location", "http://[");
            exchange.sendResponseHeaders(302, -1);
          });
      assertThat(fetch(server)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void aRedirectElsewhereIsRefused() {
    try (KeyServer elsewhere = new KeyServer(SET);
        KeyServer server = new KeyServer(KeyServer.redirecting(elsewhere.uri()))) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
      assertThat(elsewhere.fetches()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "https://127.0.0.1",
        "file:///etc/passwd",
        "//evil.example/x",
        "gopher://127.0.0.1"
      })
  void aRedirectToAnotherNameOrSchemeIsRefused(String target) {
    try (KeyServer server = new KeyServer(KeyServer.redirecting(URI.create(target)))) {
      assertThat(fetch(server)).isInstanceOf(Failed.class);
      assertThat(server.fetches()).isEqualTo(1);
    }
  }

  @Test
  void redirectsEnd() {
    try (KeyServer server = new KeyServer(SET)) {
      server.behave(
          exchange -> KeyServer.redirecting(server.uri("/" + System.nanoTime())).answer(exchange));
      assertThat(fetch(server)).isInstanceOf(Failed.class);
      assertThat(server.fetches()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void aSilentServerCostsNoMoreThanThePatience() {
    try (KeyServer server = new KeyServer(SET)) {
      server.behave(server.silent());
      failsInTime(server.uri());
    }
  }

  @Test
  void aDrippingServerCostsNoMoreThanThePatience() {
    try (KeyServer server = new KeyServer(SET)) {
      server.behave(server.dripping());
      failsInTime(server.uri());
    }
  }

  @Test
  void aConnectionThatDripsHeadersIsClosed() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
      FutureTask<Answer> question = new FutureTask<>(() -> new HttpKeySets(uri).fetch());
      Thread.ofVirtual().start(question);
      try (Socket connection = server.accept()) {
        connection.getOutputStream().write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(US_ASCII));
        assertThatThrownBy(() -> drip(connection)).isInstanceOf(SocketException.class);
      }
      assertThat(question).succeedsWithin(PATIENCE).isInstanceOf(Failed.class);
    }
  }

  /** An octet every tenth of a second, for ten seconds or until the other end has hung up. */
  private static void drip(Socket connection) throws IOException {
    connection.setSoTimeout(100);
    for (int octet = 0; octet < 100; octet++) {
      try {
        connection.getInputStream().readAllBytes();
      } catch (SocketTimeoutException e) {
        // still there
      }
      connection.getOutputStream().write('x');
    }
  }

  @Test
  void aClosedPortIsAFailure() {
    KeyServer server = new KeyServer(SET);
    server.close();
    failsInTime(server.uri());
  }

  @Test
  void anUnknownHostIsAFailure() {
    failsInTime(URI.create("http://nowhere.invalid/jwks.json"));
  }

  private static void failsInTime(URI uri) {
    long before = System.nanoTime();
    assertThat(new HttpKeySets(uri).fetch()).isInstanceOf(Failed.class);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(2900));
  }

  private static Answer fetch(KeyServer server) {
    return new HttpKeySets(server.uri()).fetch();
  }
}
