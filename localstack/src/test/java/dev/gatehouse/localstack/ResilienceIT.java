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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services that fail, as clients and operators see them, over real HTTP. */
final class ResilienceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path GATEWAY = Path.of("src/test/resources/resilience");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static @Nullable LocalRun run;

  @BeforeAll
  static void start() {
    for (String module : List.of("authorizer-fn", "proxy-fn", "ratelimit-fn", "idempotency-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, GATEWAY, 0, 2),
            new Progress(new PrintStream(progress, true, UTF_8)),
            _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(Start.Ready.class);
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
    control("DELETE", "upstreams/shop/behaviour", "");
    control("DELETE", "upstreams/shop/requests", "");
    operate("{\"state\":\"auto\"}");
  }

  @Test
  void aServiceThatFailsIsLeftAloneByAllEnvironmentsAndComesBack() throws Exception {
    warmTwoEnvironments();
    control("PUT", "upstreams/shop/behaviour", "{\"status\":500}");
    for (int i = 0; i < 3; i++) {
      assertThat(send("GET", "/shop", "").statusCode()).isEqualTo(500);
    }
    control("PUT", "upstreams/shop/behaviour", "{\"status\":200}");
    int before = requests().size();
    for (HttpResponse<String> refused : atOnce(8)) {
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(JSON.readTree(refused.body()).path("code").asText()).isEqualTo("CIRCUIT_OPEN");
      assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[12]");
    }
    assertThat(requests()).hasSize(before);
    assertThat(send("GET", "/news", "").statusCode()).isEqualTo(200);
    JsonNode breaker = breaker();
    assertThat(breaker.path("state").asText()).isEqualTo("open");
    assertThat(breaker.path("time_until_retry").asInt()).isBetween(0, 2);

    until(
        "the circuit is closed",
        () ->
            send("GET", "/shop", "").statusCode() == 200
                && breaker().path("state").asText().equals("closed"));
    assertThat(atOnce(8)).allMatch(answer -> answer.statusCode() == 200);
    String log = send("GET", "/_local/logs?function=Proxy", "").body();
    assertThat(log)
        .contains("\"breaker\":\"open\"", "\"breaker\":\"half_open\"", "\"breaker\":\"closed\"")
        .contains("circuit_breaker_state", "\"stage\":\"breaker\"");
  }

  @Test
  void whatWasPromisedIsStillToldAndWhatWasNotDoneMayBeDone() throws Exception {
    String done = key();
    String open = key();
    assertThat(order(done).statusCode()).isEqualTo(200);
    operate("{\"state\":\"open\"}");
    HttpResponse<String> replay = order(done);
    assertThat(replay.statusCode()).isEqualTo(200);
    assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(order(open).statusCode()).isEqualTo(503);
    operate("{\"state\":\"auto\"}");
    assertThat(order(open).statusCode()).isEqualTo(200);
    assertThat(requests()).hasSize(2);
  }

  @Test
  void readersDoNotNoticeAMomentAndWritersAreToldOnce() throws Exception {
    control("PUT", "upstreams/shop/behaviour", "{\"status\":503,\"times\":1}");
    assertThat(send("GET", "/shop", "").statusCode()).isEqualTo(200);
    assertThat(requests()).hasSize(2);
    control("PUT", "upstreams/shop/behaviour", "{\"status\":503,\"times\":1}");
    assertThat(send("POST", "/shop", "{}").statusCode()).isEqualTo(503);
    assertThat(requests()).hasSize(3);
    assertThat(send("GET", "/_local/logs?function=Proxy", "").body()).contains("\"retries\":1");
  }

  @Test
  void onlyAnOperatorHoldsACircuit() throws Exception {
    assertThat(send("PUT", "/admin/services/shop", "{\"state\":\"open\"}").statusCode())
        .isEqualTo(401);
    assertThat(operate("{\"state\":\"open\"}").at("/breaker/held").asBoolean()).isTrue();
    assertThat(send("GET", "/shop", "").statusCode()).isEqualTo(503);
    assertThat(requests()).isEmpty();
    assertThat(send("GET", "/_local/logs?function=Proxy", "").body())
        .contains("services.breaker", "\"audit\":true");
  }

  @Test
  void anOldVersionSaysSo() throws Exception {
    HttpResponse<String> answer = send("GET", "/news", "");
    assertThat(answer.headers().firstValue("Deprecation")).contains("@1780272000");
    assertThat(answer.headers().firstValue("Sunset")).contains("Sat, 09 Jan 2027 00:00:00 GMT");
    assertThat(answer.headers().firstValue("Link"))
        .contains("</v2/news>; rel=\"successor-version\"");
  }

  /** Two slow requests at once need two environments. */
  private static void warmTwoEnvironments() throws Exception {
    control("PUT", "upstreams/shop/behaviour", "{\"delay_ms\":500,\"times\":2}");
    until(
        "two environments",
        () -> {
          atOnce(2);
          return control("GET", "functions", "").findValues("environments").stream()
              .anyMatch(number -> number.asInt() >= 2);
        });
    control("DELETE", "upstreams/shop/behaviour", "");
  }

  private static List<HttpResponse<String>> atOnce(int number) throws Exception {
    List<Future<HttpResponse<String>>> running = new ArrayList<>();
    List<HttpResponse<String>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < number; i++) {
        running.add(callers.submit(() -> send("GET", "/shop", "")));
      }
      for (Future<HttpResponse<String>> one : running) {
        answers.add(one.get());
      }
    }
    return answers;
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
    }
  }

  private static JsonNode breaker() throws Exception {
    return JSON.readTree(send("GET", "/api/v1/health/detailed", "").body())
        .at("/services/shop/breaker");
  }

  private static JsonNode requests() throws Exception {
    return control("GET", "upstreams/shop/requests", "");
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static HttpResponse<String> order(String key) throws Exception {
    return send(request("POST", "/orders", "{}").header("Idempotency-Key", key));
  }

  /** On a busy machine Redis may be found away for a moment, which is told as 503. */
  private static JsonNode operate(String body) throws Exception {
    List<HttpResponse<String>> last = new ArrayList<>();
    String operator = operator();
    until(
        "the circuit is changed",
        () -> {
          last.add(
              send(
                  request("PUT", "/admin/services/shop", body)
                      .header("Content-Type", "application/json")
                      .header("Authorization", operator)));
          return last.getLast().statusCode() != 503;
        });
    assertThat(last.getLast().statusCode()).as(last.getLast().body()).isEqualTo(200);
    return JSON.readTree(last.getLast().body());
  }

  private static String operator() throws Exception {
    long now = Instant.now().getEpochSecond();
    String payload =
        JSON.createObjectNode()
            .put("iss", "https://idp.resilience.example")
            .put("aud", "resilience")
            .put("sub", "operator")
            .put("scope", "gateway:admin")
            .put("iat", now)
            .put("exp", now + 600)
            .toString();
    String encoded = Base64.getEncoder().encodeToString(payload.getBytes(UTF_8));
    return "Bearer "
        + control("POST", "issuers/main/sign", "{\"payload_base64\":\"" + encoded + "\"}")
            .path("token")
            .asText();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return send(request(method, path, body));
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
