package dev.gatehouse.localstack.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.redis.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upstream over a raw socket: what is recorded and answered, byte for byte. */
class UpstreamTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private Upstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.start("orders", InstantSource.fixed(NOW));
  }

  @AfterEach
  void end() {
    upstream.close();
  }

  @Test
  void aRequestIsRecordedAsItWasSent() throws Exception {
    send(
        "POST /a%2Fb/../c;x=1?q=%20&q=+ HTTP/1.1\r\nHost: h\r\nX-Ab: 1\r\nx-aB: 2\r\nX-Ab: 3\r\n"
            + "Content-Length: 3\r\nConnection: close\r\n\r\n\0\u00ff{");

    JsonNode recorded = upstream.requests().getFirst().json();
    assertThat(recorded)
        .isEqualTo(
            JSON.readTree(
                """
                {"method": "POST", "path": "/a%2Fb/../c;x=1", "query": "q=%20&q=+",
                 "headers": {"Host": ["h"], "X-Ab": ["1", "3"], "x-aB": ["2"],
                             "Content-Length": ["3"], "Connection": ["close"]},
                 "body_base64": "AP97", "at": "2026-01-02T03:04:05Z"}
                """));
  }

  @Test
  void withoutABackEndItEchoes() throws Exception {
    String answer = send(get("/x"));

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(JSON.readTree(body(answer)).path("service").asText()).isEqualTo("orders");
  }

  @Test
  void aProbeIsAnsweredLikeARequestButNeitherRecordedNorCounted() throws Exception {
    behave("{\"status\": 503, \"times\": 1}");
    String probe = "GET /health HTTP/1.1\r\nHost: h\r\nUser-Agent: %s\r\nConnection: close\r\n\r\n";
    assertThat(send(probe.formatted("gatehouse-probe"))).startsWith("HTTP/1.1 503");
    assertThat(upstream.requests()).isEmpty();
    assertThat(send(probe.formatted("another"))).startsWith("HTTP/1.1 503");
    assertThat(upstream.requests()).hasSize(1);
    assertThat(send(probe.formatted("gatehouse-probe"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void aBehaviourAnswersForAsManyRequestsAsItSays() throws Exception {
    behave(
        "{\"status\":503,\"body\":\"no\",\"headers\":{\"Retry-After\":\"7\",\"Set-Cookie\":[\"a\",\"b\"]},\"times\":2}");

    String answer = send(get("/1"));
    assertThat(answer)
        .startsWith("HTTP/1.1 503")
        .contains("\r\nRetry-After: 7\r\n", "\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n")
        .endsWith("\r\n\r\nno");
    assertThat(send(get("/2"))).startsWith("HTTP/1.1 503");
    assertThat(send(get("/3"))).startsWith("HTTP/1.1 200");
    assertThat(upstream.requests()).hasSize(3);
  }

  @Test
  void aBehaviourWithoutTimesStaysUntilItIsTakenBack() throws Exception {
    behave("{\"status\":418}");
    assertThat(send(get("/1"))).startsWith("HTTP/1.1 418");
    assertThat(send(get("/2"))).startsWith("HTTP/1.1 418");

    upstream.behaveAgain();

    assertThat(send(get("/3"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void aDelayComesBeforeTheBackEndsAnswer() throws Exception {
    behave("{\"delay_ms\":200}");

    long began = System.nanoTime();
    assertThat(send(get("/x"))).startsWith("HTTP/1.1 200");
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(200_000_000);
  }

  @Test
  void aDelayedRequestIsRecordedWhenItArrives() throws Exception {
    behave("{\"delay_ms\":600000}");

    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), upstream.port())) {
      socket.getOutputStream().write(get("/x").getBytes(ISO_8859_1));
      Polling.until(Duration.ofSeconds(5), "the record", () -> upstream.requests().size() == 1);
    }
  }

  @Test
  void droppedBeforeMeansThatNobodySawIt() throws Exception {
    behave("{\"drop\":\"before\"}");

    assertThat(send(get("/x"))).isEmpty();
    assertThat(upstream.requests()).isEmpty();
  }

  @Test
  void droppedAfterMeansThatTheWorkIsDoneAndNobodyKnows() throws Exception {
    behave("{\"drop\":\"after\"}");

    assertThat(send(get("/x"))).isEmpty();
    assertThat(upstream.requests()).hasSize(1);
  }

  @Test
  void droppedInTheMiddleIsHalfABody() throws Exception {
    behave("{\"drop\":\"mid\",\"body\":\"12345678\"}");

    assertThat(send(get("/x"))).contains("Content-Length: 8\r\n").endsWith("\r\n\r\n1234");
  }

  @Test
  void wrongBehavioursAreExplained() throws Exception {
    assertThat(Behaviour.read(JSON.readTree("{\"status\":99,\"drop\":\"x\",\"delay\":1}")))
        .isEqualTo(
            new Behaviour.Reading.Invalid(
                "delay: unknown (expected: one of status, body, headers, delay_ms, times, drop);"
                    + " status: 99 (expected: a number from 100 to 599);"
                    + " drop: \"x\" (expected: before, after or mid)"));
  }

  @Test
  void anExamplesBackEndGetsTheRequestAndItsAnswerComesBack(@TempDir Path gateway)
      throws Exception {
    Files.writeString(gateway.resolve("Backend.java"), BACKEND);
    Path classes = Files.createDirectories(gateway.resolve("classes"));
    Map<String, Integer> ports = ExampleBackend.start(gateway, classes, List.of("orders"));
    upstream.forwardTo(ports.getOrDefault("orders", 0));

    String answer =
        send(
            "PUT /p%41th?a=1&a=2 HTTP/1.1\r\nHost: orders.internal\r\nX-User-Id: alice\r\n"
                + "Content-Length: 2\r\nConnection: close\r\n\r\n\u00fe\u00ff");

    assertThat(answer)
        .startsWith("HTTP/1.1 207")
        .contains("\r\nX-seen: PUT /p%41th?a=1&a=2 orders.internal alice\r\n")
        .contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n")
        .endsWith("\r\n\r\n\u00fe\u00ff\0");
  }

  @Test
  void aBackEndThatDoesNotCompileSaysWhy(@TempDir Path gateway) throws Exception {
    Files.writeString(gateway.resolve("Backend.java"), "class Backend { int x = \"\"; }");

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> ExampleBackend.start(gateway, gateway, List.of("orders")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Backend.java")
        .hasMessageContaining("incompatible types");
  }

  private static final String BACKEND =
      """
      import com.sun.net.httpserver.HttpServer;
      import java.net.InetSocketAddress;

      public class Backend {
        public static void main(String[] args) throws Exception {
          for (String arg : args) {
            int port = Integer.parseInt(arg.split("=")[1]);
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            server.createContext("/", exchange -> {
              byte[] in = exchange.getRequestBody().readAllBytes();
              byte[] out = java.util.Arrays.copyOf(in, in.length + 1);
              var headers = exchange.getResponseHeaders();
              var asked = exchange.getRequestHeaders();
              headers.add("X-seen", exchange.getRequestMethod() + " " + exchange.getRequestURI()
                  + " " + asked.getFirst("Host") + " " + asked.getFirst("X-User-Id"));
              headers.add("Set-cookie", "a=1");
              headers.add("Set-cookie", "b=2");
              exchange.sendResponseHeaders(207, out.length);
              exchange.getResponseBody().write(out);
              exchange.close();
            });
            server.start();
          }
        }
      }
      """;

  private void behave(String json) throws IOException {
    if (Behaviour.read(JSON.readTree(json)) instanceof Behaviour.Reading.Valid(var behaviour)) {
      upstream.behave(behaviour);
    } else {
      throw new IllegalArgumentException(json);
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  /** One octet per character both ways. */
  private String send(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), upstream.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      java.io.ByteArrayOutputStream answer = new java.io.ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        return answer.toString(ISO_8859_1); // a reset ends the answer as well
      }
      return answer.toString(ISO_8859_1);
    }
  }
}
