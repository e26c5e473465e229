package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which method answers a request. */
final class RoutingTest {

  @TempDir Path folder;
  private LocalApi api;

  @BeforeEach
  void start() throws IOException {
    api =
        new LocalApi(folder)
            .method("GET", "/")
            .method("GET", "/orders")
            .method("ANY", "/orders/special")
            .method("GET", "/orders/{id}")
            .method("DELETE", "/orders/{id}")
            .method("GET", "/orders/{id}/lines")
            .method("POST", "/orders/{proxy+}")
            .method("GET", "/files/{proxy+}")
            .method("OPTIONS", "/files/{proxy+}")
            .method("POST", "/files/upload")
            .start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /                     | /                    | null",
        "GET /orders               | /orders              | null",
        "GET /orders/              | /orders              | null",
        "PUT /orders/special       | /orders/special      | null",
        "GET /orders/7             | /orders/{id}         | {\"id\":\"7\"}",
        "GET /orders/7/            | /orders/{id}         | {\"id\":\"7\"}",
        "GET /orders/a%2Fb%20c     | /orders/{id}         | {\"id\":\"a/b c\"}",
        "GET /orders/%73pecial     | /orders/special      | null",
        "GET /orders/special/lines | /orders/{id}/lines   | {\"id\":\"special\"}",
        "POST /orders/7            | /orders/{proxy+}     | {\"proxy\":\"7\"}",
        "POST /orders/7/a%2Bb/     | /orders/{proxy+}     | {\"proxy\":\"7/a%2Bb\"}",
        "GET /files/a/b            | /files/{proxy+}      | {\"proxy\":\"a/b\"}",
        "GET /files/a//b           | /files/{proxy+}      | {\"proxy\":\"a//b\"}",
        "OPTIONS /files/upload     | /files/{proxy+}      | {\"proxy\":\"upload\"}",
        "POST /files/upload        | /files/upload        | null",
      })
  void theMostSpecificResourceWithTheMethodAnswers(String line, String resource, String parameters)
      throws IOException {
    var parts = line.split(" ", 2);

    assertThat(api.send(parts[0], parts[1], "").status()).isEqualTo(200);
    assertThat(api.event().path("resource").asText()).isEqualTo(resource);
    assertThat(api.event().path("requestContext").path("resourcePath").asText())
        .isEqualTo(resource);
    assertThat(api.event().path("pathParameters")).hasToString(parameters);
    assertThat(api.event().path("path").asText()).isEqualTo(parts[1]);
    assertThat(api.event().path("httpMethod").asText()).isEqualTo(parts[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nowhere",
    "GET,//orders",
    "GET,/orders//",
    "PUT,/orders",
    "OPTIONS,/orders",
    "HEAD,/orders",
    "GET,/files",
    "GET,/files/",
    "GET,/orders/7/lines/8",
    "TRACE,/orders/special",
    "get,/orders"
  })
  void whatMatchesNothingIsAMissingAuthenticationToken(String method, String target)
      throws IOException {
    var answer = api.send(method, target, "");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("MissingAuthenticationTokenException");
    if (!method.equals("HEAD")) {
      assertThat(answer.text()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
    }
    assertThat(api.proxied()).isEmpty();
  }

  @Test
  void whatMatchesNothingButCarriesAnAuthorizationIsTakenForABadSignature() throws IOException {
    var answer = api.get("/nowhere", "Authorization: Bearer abc");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("IncompleteSignatureException");
    assertThat(answer.text()).contains("missing equal-sign");
  }

  @Test
  void theMethodOverrideHeaderChangesTheMethodAndIsNotPassedOn() throws IOException {
    assertThat(api.get("/orders/7", "X-HTTP-Method-Override: DELETE").status()).isEqualTo(200);

    assertThat(api.event().path("httpMethod").asText()).isEqualTo("DELETE");
    assertThat(api.event().path("requestContext").path("httpMethod").asText()).isEqualTo("DELETE");
    assertThat(api.event().path("headers").toString()).doesNotContainIgnoringCase("override");
    assertThat(api.get("/orders/7", "X-HTTP-Method-Override: SMASH").status()).isEqualTo(403);
  }
}
