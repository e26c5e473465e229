package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a function's answer. */
final class ProxyResponseTest {

  private static final String BINARY = "\"BinaryMediaTypes\":[\"image/png\"]";

  @TempDir Path folder;
  private LocalApi api;

  @BeforeEach
  void start() throws IOException {
    api = new LocalApi(folder).method("ANY", "/x").start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void statusHeadersAndBodyReachTheClient() throws IOException {
    answers(
        """
        {"statusCode":201,"headers":{"X-One":"1","X-Both":"single","Content-Type":"text/plain"},
         "multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"x-both":["multi"]},"body":"grüße","isBase64Encoded":false}
        """);
    var answer = api.get("/x");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).isEqualTo("grüße");
    assertThat(answer.header("X-One")).isEqualTo("1");
    assertThat(answer.header("X-Both")).isEqualTo("multi");
    assertThat(answer.header("Set-Cookie")).isEqualTo("a=1 | b=2");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("x-amzn-RequestId"))
        .isEqualTo(api.event().at("/requestContext/requestId").asText());
    assertThat(answer.header("x-amz-apigw-id")).endsWith("=");
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=1-");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("none");
  }

  @Test
  void anAnswerWithoutContentTypeIsJson() throws IOException {
    answers("{\"statusCode\":200}");
    assertThat(api.get("/x").header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void base64IsDecodedWhereEverythingIsBinary() throws IOException {
    var bytes = new byte[] {0, (byte) 0xff, 10};
    answers(
        "{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\""
            + Base64.getEncoder().encodeToString(bytes)
            + "\"}");
    assertThat(api.get("/x").body()).isEqualTo(bytes);
    assertThat(api.get("/x", "Accept: text/html").body()).isEqualTo(bytes);
  }

  @Test
  void base64IsDecodedOnlyIfTheFirstAcceptedTypeIsBinary() throws IOException {
    api.close();
    api = new LocalApi(folder).restApi(BINARY).method("ANY", "/x").start();
    answers("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"aGk=\"}");
    assertThat(api.get("/x", "Accept: image/png, text/html").text()).isEqualTo("hi");
    assertThat(api.get("/x", "Accept: text/html, image/png").text()).isEqualTo("aGk=");
    assertThat(api.get("/x").text()).isEqualTo("aGk=");
  }

  @Test
  void base64ThatIsNoneIsAConfigurationError() throws IOException {
    answers("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"%%\"}");
    assertThat(api.get("/x").status()).isEqualTo(500);
  }

  @Test
  void someHeadersAreRenamedAndSomeDropped() throws IOException {
    answers(
        """
        {"statusCode":401,"headers":{"WWW-Authenticate":"Bearer","Date":"d","Server":"s","Connection":"close",
         "Content-Length":"999","Authorization":"a","Content-MD5":"m","Via":"v","TE":"t","Transfer-Encoding":"chunked",
         "Host":"h","Upgrade":"u","Trailer":"t","Expect":"e","x-amzn-RequestId":"mine"},"body":"hi"}
        """);
    var answer = api.get("/x");

    for (var name :
        new String[] {
          "WWW-Authenticate",
          "Date",
          "Server",
          "Connection",
          "Content-Length",
          "Authorization",
          "Content-MD5",
          "x-amzn-RequestId"
        }) {
      assertThat(answer.header("x-amzn-Remapped-" + name)).as(name).isNotEqualTo("none");
    }
    for (var name :
        new String[] {
          "WWW-Authenticate",
          "Server",
          "Authorization",
          "Via",
          "TE",
          "Transfer-Encoding",
          "Host",
          "Upgrade",
          "Trailer",
          "Expect"
        }) {
      assertThat(answer.header(name)).as(name).isEqualTo("none");
    }
    assertThat(answer.header("Content-Length")).isEqualTo("2");
    assertThat(answer.header("Date")).endsWith("GMT");
    assertThat(answer.header("x-amzn-RequestId")).isNotEqualTo("mine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "[]",
        "\"text\"",
        "null",
        "{}",
        "{\"statusCode\":\"200\"}",
        "{\"statusCode\":200.5}",
        "{\"statusCode\":99}",
        "{\"statusCode\":600}",
        "{\"statusCode\":200,\"body\":{}}",
        "{\"statusCode\":200,\"body\":7}",
        "{\"statusCode\":200,\"headers\":[]}",
        "{\"statusCode\":200,\"headers\":{\"A\":7}}",
        "{\"statusCode\":200,\"headers\":{\"A\":null}}",
        "{\"statusCode\":200,\"headers\":{\"A\":\"x\\r\\nB: y\"}}",
        "{\"statusCode\":200,\"headers\":{\"A b\":\"x\"}}",
        "{\"statusCode\":200,\"multiValueHeaders\":{\"A\":\"x\"}}",
        "{\"statusCode\":200,\"isBase64Encoded\":\"true\"}",
        "{\"statusCode\":200,\"cookies\":[]}"
      })
  void aMalformedAnswerIs502(String json) throws IOException {
    answers(json);
    var answer = api.get("/x");
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Internal server error\"}");
  }

  @Test
  void headersOfTheAnswerAreBoundedToo() throws IOException {
    answers("{\"statusCode\":200,\"headers\":{\"A\":\"" + "x".repeat(10_241) + "\"}}");
    assertThat(api.get("/x").status()).isEqualTo(502);
    answers("{\"statusCode\":200,\"headers\":{\"A\":\"" + "x".repeat(9_000) + "\"}}");
    assertThat(api.get("/x").header("A")).hasSize(9_000);
  }

  @Test
  void aFunctionThatFailsIs502AndSaysNothing() throws IOException {
    for (var outcome :
        new Outcome[] {
          new Outcome.Failed("java.lang.Secret", "secret"),
          new Outcome.Crashed("secret"),
          new Outcome.TimedOut(Duration.ofSeconds(1)),
          new Outcome.TooLarge(7_000_000)
        }) {
      api.proxy(event -> outcome);
      var answer = api.get("/x");
      assertThat(answer.status()).as(outcome.toString()).isEqualTo(502);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Internal server error\"}");
    }
  }

  @Test
  void aRejectedInvocationIs500() throws IOException {
    api.proxy(event -> new Outcome.Throttled());
    assertThat(api.get("/x").status()).isEqualTo(500);
  }

  @Test
  void aFunctionSlowerThanTheIntegrationIs504() throws IOException {
    api.close();
    var done = new CountDownLatch(1);
    api =
        new LocalApi(folder)
            .method("GET", "/x", "\"AuthorizationType\":\"NONE\"", "\"TimeoutInMillis\":100,")
            .proxy(
                event -> {
                  try {
                    done.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return LocalApi.answered("{\"statusCode\":200}");
                })
            .start();
    var answer = api.get("/x");
    done.countDown();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Endpoint request timed out\"}");
  }

  @Test
  void headAnd204HaveNoBody() throws IOException {
    answers("{\"statusCode\":200,\"body\":\"hello\"}");
    var answer = api.send("HEAD", "/x", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("5");
    assertThat(api.event().path("httpMethod").asText()).isEqualTo("HEAD");
    answers("{\"statusCode\":204,\"body\":\"hello\"}");
    assertThat(api.get("/x").status()).isEqualTo(204);
  }

  @Test
  void anAnswerAbove6MegabytesIs502() throws IOException {
    answers("{\"statusCode\":200,\"body\":\"" + "x".repeat(6_291_556) + "\"}");
    assertThat(api.get("/x").status()).isEqualTo(502);
    answers("{\"statusCode\":200,\"body\":\"" + "x".repeat(6_291_500) + "\"}");
    assertThat(api.get("/x").body()).hasSize(6_291_500);
  }

  @Test
  void withoutAPermissionTheFunctionIsNeverCalled() throws IOException {
    api.close();
    api =
        new LocalApi(folder)
            .without("Permission")
            .permission("One", LocalApi.PROXY, "arn:aws:execute-api:eu-west-1:*:*/live/GET/x")
            .method("ANY", "/x")
            .start();
    assertThat(api.get("/x").status()).isEqualTo(200);
    assertThat(api.send("PUT", "/x", "").status()).isEqualTo(500);
    assertThat(api.proxied()).hasSize(1);
  }

  private void answers(String json) {
    api.proxy(event -> LocalApi.answered(json));
  }
}
