package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.Headers;
import dev.gatehouse.redis.LoopbackCertificate;
import java.io.IOException;
import java.net.InetAddress;
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

final class ConnectionsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String ANSWERED = UpstreamOutcome.Answered.class.getSimpleName();
  private static final Names NAMES = Names.ofSystem(InstantSource.system());
  private static final SSLSocketFactory TLS = (SSLSocketFactory) SSLSocketFactory.getDefault();

  private final HttpUpstream upstream = HttpUpstream.to(List.of(), NAMES);

  @AfterEach
  void close() {
    upstream.close();
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
              connection.getOutputStream().write((Calls.OK + body).getBytes(UTF_8));
            })) {
      for (String path : List.of("/length", "/length", "/chunks", "/chunks", "/length")) {
        assertThat(Calls.answered(upstream.send(Calls.get(server.url() + path))).body())
            .asString(UTF_8)
            .isEqualTo("ok");
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
    try (HttpUpstream idle = new HttpUpstream(new Connections(Map.of(), NAMES, TLS, later))) {
      assertThat(secondAfterClosing(idle, "X-A: a")).isEqualTo(ANSWERED);
    }
  }

  /** What becomes of a call after one whose answer had this field and closed the connection. */
  private static String secondAfterClosing(HttpUpstream upstream, String field) throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    String head = Calls.OK + field + "\r\nContent-Length: 0\r\n\r\n";
    try (RawServer server =
        new RawServer(
            (request, connection) -> {
              connection.getOutputStream().write(head.getBytes(UTF_8));
              connection.close();
              closed.countDown();
            })) {
      Calls.answered(upstream.send(Calls.get(server.url())));
      closed.await();
      return upstream.send(Calls.get(server.url())).getClass().getSimpleName();
    }
  }

  @Test
  void overTlsAnAnswerComesFromTheHostThatWasAskedForOnly() throws Exception {
    LoopbackCertificate certificate = LoopbackCertificate.get();
    HttpUpstream trusting =
        new HttpUpstream(
            new Connections(
                Map.of(), NAMES, certificate.client().getSocketFactory(), InstantSource.system()));
    try (trusting;
        RawServer server =
            new RawServer(
                certificate.server().getServerSocketFactory(),
                (request, connection) ->
                    connection
                        .getOutputStream()
                        .write((Calls.OK + "Content-Length: 2\r\n\r\nok").getBytes(UTF_8)))) {
      assertThat(upstream.send(secured("localhost", server, LONG)))
          .as("by who does not know the issuer")
          .isEqualTo(new UpstreamOutcome.Unreachable("no TLS connection"));
      assertThat(trusting.send(secured("shop.internal", server, LONG)))
          .as("of a certificate for another name")
          .isEqualTo(new UpstreamOutcome.Unreachable("no TLS connection"));
      assertThat(server.requests()).isEmpty();
      for (int i = 0; i < 2; i++) {
        assertThat(Calls.answered(trusting.send(secured("localhost", server, LONG))).body())
            .asString(UTF_8)
            .isEqualTo("ok");
      }
      assertThat(server.requests()).hasSize(2).first().asString().contains("Host: localhost:");
    }
  }

  @Test
  void nothingIsSentToAServiceThatDoesNotFinishTheHandshake() throws IOException {
    try (RawServer silent = RawServer.answering(Calls.OK + "Content-Length: 0\r\n\r\n")) {
      for (Duration remaining : List.of(Duration.ofMillis(150), Duration.ofSeconds(20))) {
        assertThat(upstream.send(secured("localhost", silent, remaining)))
            .isEqualTo(new UpstreamOutcome.TimedOut(false));
      }
      assertThat(silent.requests()).isEmpty();
    }
  }

  @Test
  void aHostLeadsWhereItsNameDoes() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (RawServer server = RawServer.answering(Calls.OK + "Content-Length: 0\r\n\r\n");
        HttpUpstream known = named(_ -> List.of(loopback));
        HttpUpstream unknown = named(_ -> List.of())) {
      String url = "http://shop.internal:" + server.port();
      assertThat(Calls.answered(known.send(Calls.get(url))).status()).isEqualTo(200);
      assertThat(unknown.send(Calls.get(server.url())))
          .as("an address that the names do not tell is nobody's")
          .isEqualTo(new UpstreamOutcome.Unreachable("unknown host"));
      assertThat(server.requests()).hasSize(1);
    }
  }

  private static HttpUpstream named(Names.Resolver resolver) {
    Names names = new Names(resolver, InstantSource.system());
    return new HttpUpstream(new Connections(Map.of(), names, TLS, InstantSource.system()));
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
}
