package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.redis.LoopbackCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpUpstreamTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String ANSWERED = UpstreamOutcome.Answered.class.getSimpleName();

  private final HttpUpstream upstream = new HttpUpstream(Map.of());

  @AfterEach
  void close() {
    upstream.close();
  }

  @Test
  void theRequestLineAndTheBodyArriveAsTheyWere() throws IOException {
    try (RawServer server = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      byte[] body = {0, (byte) 0xff, '{'};
      send(call("POST", server.url() + "/a%20b/%C3%A9+!$'?q=1&q=%2F", body, Duration.ofSeconds(5)));
      assertThat(server.requests().getFirst())
          .startsWith("POST /a%20b/%C3%A9+!$'?q=1&q=%2F HTTP/1.1\r\n")
          .contains("X-One: 1\r\n", "X-One: 2\r\n", "Content-Length: 3\r\n")
          .doesNotContain("User-Agent", "Accept-Encoding", "Content-Type")
          .endsWith("\r\n\r\n" + new String(body, ISO_8859_1));
    }
  }

  @Test
  void theAnswerComesBackAsItWas() throws IOException {
    try (RawServer server =
        RawServer.answering(
            "HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u00ff\u0000")) {
      GatewayResponse response = answered(get(server.url()));
      assertThat(response.status()).isEqualTo(418);
      assertThat(response.headers().all("Set-Cookie")).containsExactly("a=1", "b=2");
      assertThat(response.body()).isEqualTo(new byte[] {(byte) 0xff, 0});
    }
  }

  @Test
  void aRedirectIsAnAnswer() throws IOException {
    try (RawServer server =
        RawServer.answering(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(answered(get(server.url())).status()).isEqualTo(302);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anAddressIsCalledUnderItsName() throws IOException {
    try (RawServer server = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      URI url = URI.create(server.url().replace("127.0.0.1", "shop.internal"));
      HttpUpstream.Call call =
          new HttpUpstream.Call(
              "GET",
              Origin.of(url, Optional.of(InetAddress.getLoopbackAddress())),
              "/",
              Headers.EMPTY,
              new byte[0],
              Duration.ofSeconds(5));
      assertThat(answered(call).status()).isEqualTo(200);
      assertThat(server.requests().getFirst())
          .contains("Host: shop.internal:" + url.getPort() + "\r\n");
    }
  }

  @Test
  void aClosedPortIsUnreachable() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(send(get("http://127.0.0.1:" + port)))
        .isEqualTo(new UpstreamOutcome.Unreachable("connection refused"));
  }

  @Test
  void anUnknownHostIsUnreachable() {
    assertThat(send(get("http://nowhere.invalid")))
        .isEqualTo(new UpstreamOutcome.Unreachable("unknown host"));
  }

  @Test
  void aBackEndThatSaysNothingIsCutOffAtTheDeadline() throws IOException {
    try (RawServer server =
        new RawServer((request, connection) -> connection.getInputStream().read())) {
      assertThat(send(call("GET", server.url(), new byte[0], Duration.ofMillis(150))))
          .isEqualTo(new UpstreamOutcome.TimedOut(true));
    }
  }

  @Test
  void aBackEndThatDripsIsCutOffAtTheDeadline() throws IOException {
    try (RawServer server =
        new RawServer((request, connection) -> drip(connection.getOutputStream()))) {
      assertThat(send(call("GET", server.url(), new byte[0], Duration.ofMillis(300))))
          .isEqualTo(new UpstreamOutcome.TimedOut(true));
    }
  }

  @Test
  void halfAnAnswerIsBroken() throws IOException {
    try (RawServer server =
        new RawServer(
            (request, connection) -> {
              connection
                  .getOutputStream()
                  .write((OK + "Content-Length: 10\r\n\r\nhalf").getBytes(UTF_8));
              connection.close();
            })) {
      assertThat(send(get(server.url()))).isInstanceOf(UpstreamOutcome.Broken.class);
    }
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsBroken() throws IOException {
    try (RawServer server = new RawServer((request, connection) -> connection.close())) {
      assertThat(send(get(server.url()))).isInstanceOf(UpstreamOutcome.Broken.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aBodyOfSixMegabytesPassesAndOneOctetMoreDoesNot() throws IOException {
    assertThat(answered(sized(HttpUpstream.LONGEST_BODY, true)).body())
        .hasSize(HttpUpstream.LONGEST_BODY);
    assertThat(answered(sized(HttpUpstream.LONGEST_BODY, false)).body())
        .hasSize(HttpUpstream.LONGEST_BODY);
    assertThat(sized(HttpUpstream.LONGEST_BODY + 1, true))
        .isEqualTo(new UpstreamOutcome.TooLarge());
    assertThat(sized(HttpUpstream.LONGEST_BODY + 1, false))
        .isEqualTo(new UpstreamOutcome.TooLarge());
  }

  @Test
  void aConnectionIsKeptForTheNextRequest() throws IOException {
    Set<Socket> connections = ConcurrentHashMap.newKeySet();
    try (RawServer server =
        new RawServer(
            (request, connection) -> {
              connections.add(connection);
              String body =
                  request.startsWith("GET /chunks ")
                      ? "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                      : "Content-Length: 2\r\n\r\nok";
              connection.getOutputStream().write((OK + body).getBytes(UTF_8));
            })) {
      for (String path : List.of("/length", "/length", "/chunks", "/chunks", "/length")) {
        assertThat(answered(get(server.url() + path)).body()).asString(UTF_8).isEqualTo("ok");
      }
      assertThat(connections).hasSize(1);
    }
  }

  @Test
  void aConnectionIsNotUsedAgainWhenTheBackEndHasSaidSo() throws Exception {
    assertThat(secondAfterClosing(upstream, "Connection: close")).isEqualTo(ANSWERED);
    assertThat(secondAfterClosing(upstream, "Keep-Alive: timeout=0")).isEqualTo(ANSWERED);
    assertThat(secondAfterClosing(upstream, "X-A: a")).isEqualTo("Broken");
  }

  @Test
  void aConnectionThatWasClosedWhileNobodyUsedItIsNotUsedAgain() throws Exception {
    InstantSource later = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(1));
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (HttpUpstream idle = new HttpUpstream(new Connections(Map.of(), tls, later))) {
      assertThat(secondAfterClosing(idle, "X-A: a")).isEqualTo(ANSWERED);
    }
  }

  /** What becomes of a call after one whose answer had this field and closed the connection. */
  private static String secondAfterClosing(HttpUpstream upstream, String field) throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    String head = OK + field + "\r\nContent-Length: 0\r\n\r\n";
    try (RawServer server =
        new RawServer(
            (request, connection) -> {
              connection.getOutputStream().write(head.getBytes(UTF_8));
              connection.close();
              closed.countDown();
            })) {
      answered(upstream.send(get(server.url())));
      closed.await();
      return upstream.send(get(server.url())).getClass().getSimpleName();
    }
  }

  @Test
  void overTlsAnAnswerComesFromTheHostThatWasAskedForOnly() throws Exception {
    LoopbackCertificate certificate = LoopbackCertificate.get();
    HttpUpstream trusting =
        new HttpUpstream(
            new Connections(
                Map.of(), certificate.client().getSocketFactory(), InstantSource.system()));
    try (trusting;
        RawServer server =
            new RawServer(
                certificate.server().getServerSocketFactory(),
                (request, connection) ->
                    connection
                        .getOutputStream()
                        .write((OK + "Content-Length: 2\r\n\r\nok").getBytes(UTF_8)))) {
      assertThat(upstream.send(secured("localhost", server, LONG)))
          .as("by who does not know the issuer")
          .isEqualTo(new UpstreamOutcome.Unreachable("no TLS connection"));
      assertThat(trusting.send(secured("shop.internal", server, LONG)))
          .as("of a certificate for another name")
          .isEqualTo(new UpstreamOutcome.Unreachable("no TLS connection"));
      assertThat(server.requests()).isEmpty();
      for (int i = 0; i < 2; i++) {
        assertThat(answered(trusting.send(secured("localhost", server, LONG))).body())
            .asString(UTF_8)
            .isEqualTo("ok");
      }
      assertThat(server.requests()).hasSize(2).first().asString().contains("Host: localhost:");
    }
  }

  @Test
  void nothingIsSentToAServiceThatDoesNotFinishTheHandshake() throws IOException {
    try (RawServer silent = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      for (Duration remaining : List.of(Duration.ofMillis(150), Duration.ofSeconds(20))) {
        assertThat(send(secured("localhost", silent, remaining)))
            .isEqualTo(new UpstreamOutcome.TimedOut(false));
      }
      assertThat(silent.requests()).isEmpty();
    }
  }

  @Test
  void primingWorksTheWholeClient() throws Exception {
    upstream.prime();
    upstream.beforeCheckpoint();
    try (RawServer server = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      assertThat(answered(get(server.url())).status()).isEqualTo(200);
    }
  }

  private UpstreamOutcome sized(int length, boolean announced) throws IOException {
    try (RawServer server =
        new RawServer(
            (request, connection) -> {
              OutputStream output = connection.getOutputStream();
              String head = announced ? "Content-Length: " + length + "\r\n\r\n" : "\r\n";
              output.write((OK + head).getBytes(UTF_8));
              output.write(new byte[length]);
              connection.close();
            })) {
      return send(get(server.url()));
    }
  }

  private static void drip(OutputStream output) throws IOException {
    output.write((OK + "Content-Length: 6000000\r\n\r\n").getBytes(UTF_8));
    // One octet at a time, each one flushed: no single read ever waits long.
    while (true) {
      output.write('x');
      output.flush();
    }
  }

  private UpstreamOutcome send(HttpUpstream.Call call) {
    return upstream.send(call);
  }

  private GatewayResponse answered(HttpUpstream.Call call) {
    return answered(send(call));
  }

  private static GatewayResponse answered(UpstreamOutcome outcome) {
    assertThat(outcome).isInstanceOf(UpstreamOutcome.Answered.class);
    return ((UpstreamOutcome.Answered) outcome).response();
  }

  private static HttpUpstream.Call secured(String host, RawServer server, Duration remaining) {
    return new HttpUpstream.Call(
        "GET",
        Origin.of(
            URI.create("https://" + host + ":" + server.port()),
            Optional.of(InetAddress.getLoopbackAddress())),
        "/",
        Headers.EMPTY,
        new byte[0],
        remaining);
  }

  private static HttpUpstream.Call get(String url) {
    return call("GET", url, new byte[0], LONG);
  }

  private static HttpUpstream.Call call(
      String method, String url, byte[] body, Duration remaining) {
    int path = url.indexOf('/', "http://".length());
    return new HttpUpstream.Call(
        method,
        Origin.of(URI.create(url), Optional.empty()),
        path < 0 ? "/" : url.substring(path),
        Headers.of("X-One", "1", "X-One", "2"),
        body,
        remaining);
  }
}
