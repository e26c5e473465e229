package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpUpstreamTest {
  private static final String OK = Calls.OK;

  private final HttpUpstream upstream =
      HttpUpstream.to(List.of(), Names.ofSystem(InstantSource.system()));

  @AfterEach
  void close() {
    upstream.close();
  }

  @Test
  void theRequestLineAndTheBodyArriveAsTheyWere() throws IOException {
    try (RawServer server = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      byte[] body = {0, (byte) 0xff, '{'};
      send(
          Calls.of(
              "POST", server.url() + "/a%20b/%C3%A9+!$'?q=1&q=%2F", body, Duration.ofSeconds(5)));
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
      GatewayResponse response = answered(Calls.get(server.url()));
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
      assertThat(answered(Calls.get(server.url())).status()).isEqualTo(302);
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
    assertThat(send(Calls.get("http://127.0.0.1:" + port)))
        .isEqualTo(new UpstreamOutcome.Unreachable("connection refused"));
  }

  @Test
  void anUnknownHostIsUnreachable() {
    assertThat(send(Calls.get("http://nowhere.invalid")))
        .isEqualTo(new UpstreamOutcome.Unreachable("unknown host"));
  }

  @Test
  void aBackEndThatSaysNothingIsCutOffAtTheDeadline() throws IOException {
    try (RawServer server =
        new RawServer((request, connection) -> connection.getInputStream().read())) {
      assertThat(send(Calls.of("GET", server.url(), new byte[0], Duration.ofMillis(150))))
          .isEqualTo(new UpstreamOutcome.TimedOut(true));
    }
  }

  @Test
  void aBackEndThatDripsIsCutOffAtTheDeadline() throws IOException {
    try (RawServer server =
        new RawServer((request, connection) -> drip(connection.getOutputStream()))) {
      assertThat(send(Calls.of("GET", server.url(), new byte[0], Duration.ofMillis(300))))
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
      assertThat(send(Calls.get(server.url()))).isInstanceOf(UpstreamOutcome.Broken.class);
    }
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsBroken() throws IOException {
    try (RawServer server = new RawServer((request, connection) -> connection.close())) {
      assertThat(send(Calls.get(server.url()))).isInstanceOf(UpstreamOutcome.Broken.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aBodyOfSixMegabytesPassesAndOneOctetMoreDoesNot() throws IOException {
    assertThat(Calls.answered(sized(UpstreamMessages.LONGEST_BODY, true)).body())
        .hasSize(UpstreamMessages.LONGEST_BODY);
    assertThat(Calls.answered(sized(UpstreamMessages.LONGEST_BODY, false)).body())
        .hasSize(UpstreamMessages.LONGEST_BODY);
    assertThat(sized(UpstreamMessages.LONGEST_BODY + 1, true))
        .isEqualTo(new UpstreamOutcome.TooLarge());
    assertThat(sized(UpstreamMessages.LONGEST_BODY + 1, false))
        .isEqualTo(new UpstreamOutcome.TooLarge());
  }

  @Test
  void primingWorksTheWholeClient() throws Exception {
    upstream.prime();
    upstream.beforeCheckpoint();
    try (RawServer server = RawServer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      assertThat(answered(Calls.get(server.url())).status()).isEqualTo(200);
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
      return send(Calls.get(server.url()));
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
    return Calls.answered(send(call));
  }
}
