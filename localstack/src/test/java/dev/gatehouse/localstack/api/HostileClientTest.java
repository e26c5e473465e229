package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no honest client sends. */
final class HostileClientTest {

  private static final String PROBLEM =
      """
      "ResponseTemplates":{"application/json":"{\\"problem\\":$context.error.messageString}"},
      "ResponseParameters":{"gatewayresponse.header.Content-Type":"'application/problem+json'"}
      """;

  @TempDir Path folder;
  private LocalApi api;

  @BeforeEach
  void start() throws IOException {
    api =
        new LocalApi(folder)
            .gatewayResponse("DEFAULT_4XX", PROBLEM)
            .gatewayResponse("DEFAULT_5XX", PROBLEM)
            .method("ANY", "/x")
            .method("ANY", "/x/{proxy+}")
            .start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/a%2Fb",
        "/x/a%5Cb",
        "/x/a\\b",
        "/x/..",
        "/x/../y",
        "/x/%2e%2e/y",
        "/x/%252e%252e/y",
        "/x/.",
        "/x/a;b=c",
        "/x/a;jsessionid=1/b",
        "/x//a",
        "/x/%C3%A9",
        "/x/a%20b",
        "/x/a+b",
        "/x/\"quoted\"",
        "/x/<tag>",
        "/x/^`{}|",
        "/x/*",
        "/x/:@!$&'()*,=~",
        "/x/a%0d%0ab"
      })
  void whatIsOddButLegalReachesTheFunctionAsItWasSent(String target) throws IOException {
    assertThat(api.get(target).status()).isEqualTo(200);
    assertThat(api.event().path("path").asText()).isEqualTo(target);
    assertThat(api.event().at("/requestContext/path").asText()).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/%zz",
        "/x/a%00b",
        "/x/%",
        "/x/%1",
        "/x/%FF",
        "/x/%C0%AF",
        "/x/%ED%A0%80",
        "/x/\u00e9",
        "/x/\u00c3\u00a9",
        "/x/\u00ff",
        "/x/a#b",
        "/x?a=%zz",
        "/x?a=%FF",
        "/x?a=b|c",
        "/x?a={b}",
        "x",
        "http://",
        "*"
      })
  void whatIsMalformedIsA4xxInTheApisOwnWords(String target) throws IOException {
    refused("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /x/\u0000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /x/\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /x y HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /x HTTP/9.9\r\nHost: h\r\n\r\n",
        "GET /x HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nNo colon\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nA : space\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nA: \u0000\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n"
      })
  void whatIsNoHttpIsA4xxInTheApisOwnWords(String bytes) throws IOException {
    refused(bytes);
  }

  @Test
  void bytesOfAHeaderThatAreNotAsciiReachTheFunction() throws IOException {
    assertThat(api.get("/x", "X-Name: caf\u00e9\u00ff").status()).isEqualTo(200);
    assertThat(api.event().at("/headers/X-Name").asText()).isEqualTo("caf\u00e9\u00ff");
  }

  @Test
  void twoHundredHeadersAreFine() throws IOException {
    var headers = new String[200];
    for (int i = 0; i < headers.length; i++) {
      headers[i] = "X-H" + i + ": v" + i;
    }
    assertThat(api.get("/x", headers).status()).isEqualTo(200);
    assertThat(api.event().at("/headers/X-H199").asText()).isEqualTo("v199");
  }

  @Test
  void headersAbove10240BytesAreTooLarge() throws IOException {
    assertThat(api.get("/x", "A: " + "a".repeat(10_100)).status()).isEqualTo(200);
    var above = api.get("/x", "A: " + "a".repeat(10_240));
    assertThat(above.status()).isEqualTo(431);
    assertThat(above.header("Content-Type")).isEqualTo("application/problem+json");
    var aboveTheParsersToo = api.get("/x", "A: " + "a".repeat(200_000));
    assertThat(aboveTheParsersToo.status()).isEqualTo(431);
    assertThat(aboveTheParsersToo.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void aTargetAbove10240BytesIsRefused() throws IOException {
    assertThat(api.get("/x/" + "a".repeat(11_000)).status()).isEqualTo(431);
    assertThat(api.get("/x/" + "a".repeat(100_000)).status()).isBetween(414, 431);
  }

  @Test
  void aBodyAbove10MegabytesIs413InAwsOwnWords() throws IOException {
    var answer = api.send("POST", "/x", "x".repeat(40 * 1024 * 1024));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Request Too Long\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(api.proxied()).isEmpty();
  }

  @Test
  void anAnnouncedBodyAbove10MegabytesIsNotAskedFor() throws IOException {
    var answer =
        api.raw(
            "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n");
    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void aBodyThatIsTooLargeForLambdaOnceEncodedIs413() throws IOException {
    assertThat(api.send("POST", "/x", "x".repeat(5 * 1024 * 1024)).status()).isEqualTo(413);
    assertThat(api.proxied()).isEmpty();
    assertThat(api.send("POST", "/x", "x".repeat(4_600_000)).status()).isEqualTo(200);
  }

  @Test
  void aConnectionServesOneRequestAfterAnother() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(10_000);
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write(
                ("POST /x?i=" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(Wire.read(socket.getInputStream(), false).status()).isEqualTo(200);
        assertThat(api.event().at("/queryStringParameters/i").asInt()).isEqualTo(i);
      }
      socket
          .getOutputStream()
          .write("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(Wire.read(socket.getInputStream(), false).status()).isEqualTo(403);
    }
  }

  @Test
  void aClientThatLeavesHurtsNobody() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf"
                  .getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(api.get("/x").status()).isEqualTo(200);
    assertThat(api.proxied()).hasSize(1);
  }

  private void refused(String bytes) throws IOException {
    var answer = api.raw(bytes);
    assertThat(answer.status()).isBetween(400, 499);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().has("problem")).isTrue();
    assertThat(answer.header("x-amzn-RequestId")).isNotEqualTo("none");
    assertThat(api.proxied()).isEmpty();
  }
}
