package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.LocalRun.Start;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What routes ask of messages and do to them, over real HTTP. */
final class AnswersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path GATEWAY = Path.of("src/test/resources/answers");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static @Nullable LocalRun run;

  @BeforeAll
  static void start() {
    for (String module : List.of("proxy-fn", "idempotency-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, GATEWAY, 0, 2),
            new Progress(new PrintStream(progress, true, UTF_8)),
            _ -> {});
    assertThat(start)
        .as(start instanceof Start.Refused refused ? refused.toString() : progress.toString(UTF_8))
        .isInstanceOf(Start.Ready.class);
    run = ((Start.Ready) start).run();
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
    HTTP.close();
  }

  @AfterEach
  void heal() throws Exception {
    for (String service : List.of("shop", "one")) {
      control("DELETE", "upstreams/" + service + "/behaviour", "");
      control("DELETE", "upstreams/" + service + "/requests", "");
    }
  }

  @Test
  void anOrderThatIsNoneReachesNeitherLedgerNorService() throws Exception {
    String key = UUID.randomUUID().toString();
    HttpResponse<String> invalid = order("{\"sku\":\"a\",\"x/y\":1}", key);
    assertThat(invalid.statusCode()).as(invalid.body()).isEqualTo(422);
    assertThat(JSON.readTree(invalid.body()).path("violations").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/sku", "/x~1y");
    assertThat(order("{\"sku\":\"A\",\"sku\":\"B\"}", key).statusCode()).isEqualTo(400);
    assertThat(order("{\"sku\":\"" + "A".repeat(2048) + "\"}", key).statusCode()).isEqualTo(413);
    assertThat(requests("shop")).isEmpty();
    assertThat(order("{\"sku\":\"A\"}", key).statusCode()).isEqualTo(200);
    assertThat(requests("shop")).hasSize(1);
  }

  @Test
  void aServiceThatIsAwayIsStoodInForAndItsFieldsAreChanged() throws Exception {
    control(
        "PUT", "upstreams/shop/behaviour", "{\"headers\":{\"X-Engine\":\"e\"},\"body\":\"{}\"}");
    HttpResponse<String> found = send(request("GET", "/orders/7", ""));
    assertThat(found.headers().firstValue("X-Engine")).isEmpty();
    assertThat(found.headers().firstValue("X-Robots-Tag")).contains("none");
    assertThat(requests("shop").toString()).contains("acme");
    control("PUT", "upstreams/shop/behaviour", "{\"drop\":\"after\"}");
    HttpResponse<String> away = send(request("GET", "/orders/7", ""));
    assertThat(away.statusCode()).isEqualTo(200);
    assertThat(away.body()).isEqualTo("{\"id\": null}");
    assertThat(away.headers().firstValue("X-Fallback")).contains("upstream-error");
    assertThat(order("{\"sku\":\"A\"}", UUID.randomUUID().toString()).statusCode()).isEqualTo(502);
    assertThat(send(request("GET", "/_local/logs?function=Proxy", "")).body())
        .contains("\"fallback\":\"upstream-error\"", "fallback_answers_total");
  }

  @Test
  void aRedirectLeadsBackToTheGateway() throws Exception {
    String origin = origin();
    control(
        "PUT",
        "upstreams/shop/behaviour",
        "{\"status\":303,\"headers\":{\"Location\":\"" + origin + "/v1/orders/9?a=1\"}}");
    HttpResponse<String> answer = send(request("GET", "/orders/7", ""));
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).contains("/orders/9?a=1");
  }

  /** The address that the service is called at, as it was told. */
  private static String origin() throws Exception {
    send(request("GET", "/orders/7", ""));
    JsonNode last = requests("shop").get(0);
    String host =
        last.path("headers").properties().stream()
            .filter(field -> field.getKey().equalsIgnoreCase("Host"))
            .map(field -> field.getValue().isArray() ? field.getValue().get(0) : field.getValue())
            .findFirst()
            .orElseThrow()
            .asText();
    return "http://" + host;
  }

  @Test
  void aServiceThatIsFullIsNotCalled() throws Exception {
    control("PUT", "upstreams/one/behaviour", "{\"delay_ms\":2000,\"times\":1,\"status\":200}");
    CompletableFuture<HttpResponse<String>> first =
        HTTP.sendAsync(request("GET", "/one", "").build(), BodyHandlers.ofString());
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (requests("one").isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    HttpResponse<String> refused = send(request("GET", "/one", ""));
    if (!first.isDone()) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    }
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(send(request("GET", "/one", "")).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> order(String body, String key) throws Exception {
    return send(
        request("POST", "/orders", body)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key));
  }

  private static JsonNode requests(String service) throws Exception {
    return control("GET", "upstreams/" + service + "/requests", "");
  }

  private static HttpRequest.Builder request(String method, String path, String body) {
    int port = run == null ? 0 : run.port();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(40))
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode control(String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(request(method, "/_local/" + path, body));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
  }
}
