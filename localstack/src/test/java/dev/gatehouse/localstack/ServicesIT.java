package dev.gatehouse.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Services that fail, and what routes do to messages, as clients and operators see it, over HTTP.
 */
final class ServicesIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static GatewayRun run;

  @BeforeAll
  static void start() {
    run =
        GatewayRun.start("services", "authorizer-fn", "proxy-fn", "ratelimit-fn", "idempotency-fn");
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
  }

  @AfterEach
  void heal() throws Exception {
    for (String service : List.of("shop", "news", "store", "one", "pair", "pair.2")) {
      run.control("DELETE", "upstreams/" + service + "/behaviour", "");
      run.control("DELETE", "upstreams/" + service + "/requests", "");
    }
    operate("{\"state\":\"auto\"}");
  }

  @Test
  void aServiceThatFailsIsLeftAloneByAllEnvironmentsAndComesBack() throws Exception {
    warmTwoEnvironments();
    control("shop", "{\"status\":500}");
    for (int i = 0; i < 3; i++) {
      assertThat(run.get("/shop").statusCode()).isEqualTo(500);
    }
    control("shop", "{\"status\":200}");
    int before = run.requests("shop").size();
    for (HttpResponse<String> refused : atOnce(8)) {
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(JSON.readTree(refused.body()).path("code").asText()).isEqualTo("CIRCUIT_OPEN");
      assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[12]");
    }
    assertThat(run.requests("shop")).hasSize(before);
    assertThat(run.get("/news").statusCode()).isEqualTo(200);
    JsonNode breaker = breaker();
    assertThat(breaker.path("state").asText()).isEqualTo("open");
    assertThat(breaker.path("time_until_retry").asInt()).isBetween(0, 2);

    until(
        "the circuit is closed",
        () ->
            run.get("/shop").statusCode() == 200
                && breaker().path("state").asText().equals("closed"));
    assertThat(atOnce(8)).allMatch(answer -> answer.statusCode() == 200);
    String log = run.get("/_local/logs?function=Proxy").body();
    assertThat(log)
        .contains("\"breaker\":\"open\"", "\"breaker\":\"half_open\"", "\"breaker\":\"closed\"")
        .contains("circuit_breaker_state", "\"stage\":\"breaker\"");
  }

  @Test
  void whatWasPromisedIsStillToldAndWhatWasNotDoneMayBeDone() throws Exception {
    String done = key();
    String open = key();
    assertThat(purchase(done).statusCode()).isEqualTo(200);
    operate("{\"state\":\"open\"}");
    HttpResponse<String> replay = purchase(done);
    assertThat(replay.statusCode()).isEqualTo(200);
    assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(purchase(open).statusCode()).isEqualTo(503);
    operate("{\"state\":\"auto\"}");
    assertThat(purchase(open).statusCode()).isEqualTo(200);
    assertThat(run.requests("shop")).hasSize(2);
  }

  @Test
  void readersDoNotNoticeAMomentAndWritersAreToldOnce() throws Exception {
    control("shop", "{\"status\":503,\"times\":1}");
    assertThat(run.get("/shop").statusCode()).isEqualTo(200);
    assertThat(run.requests("shop")).hasSize(2);
    control("shop", "{\"status\":503,\"times\":1}");
    assertThat(send("POST", "/shop", "{}").statusCode()).isEqualTo(503);
    assertThat(run.requests("shop")).hasSize(3);
    assertThat(run.get("/_local/logs?function=Proxy").body()).contains("\"retries\":1");
  }

  @Test
  void anEnvironmentKnowsItsZoneAndThatOfWhomItCalls() throws Exception {
    assertThat(run.get("/near").statusCode()).isEqualTo(200);
    assertThat(run.get("/_local/logs?function=Proxy").body())
        .containsPattern("\"zone\":\"euc1-az[12]\",.*\"upstream_zone\":\"euc1-az1\"");
  }

  @Test
  void onlyAnOperatorHoldsACircuit() throws Exception {
    assertThat(send("PUT", "/admin/services/shop", "{\"state\":\"open\"}").statusCode())
        .isEqualTo(401);
    assertThat(operate("{\"state\":\"open\"}").at("/breaker/held").asBoolean()).isTrue();
    assertThat(run.get("/shop").statusCode()).isEqualTo(503);
    assertThat(run.requests("shop")).isEmpty();
    assertThat(run.get("/_local/logs?function=Proxy").body())
        .contains("services.breaker", "\"audit\":true");
  }

  @Test
  void anOldVersionSaysSo() throws Exception {
    HttpResponse<String> answer = run.get("/news");
    assertThat(answer.headers().firstValue("Deprecation")).contains("@1780272000");
    assertThat(answer.headers().firstValue("Sunset")).contains("Sat, 09 Jan 2027 00:00:00 GMT");
    assertThat(answer.headers().firstValue("Link"))
        .contains("</v2/news>; rel=\"successor-version\"");
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
    assertThat(run.requests("store")).isEmpty();
    assertThat(order("{\"sku\":\"A\"}", key).statusCode()).isEqualTo(200);
    assertThat(run.requests("store")).hasSize(1);
  }

  @Test
  void aServiceThatIsAwayIsStoodInForAndItsFieldsAreChanged() throws Exception {
    control("store", "{\"headers\":{\"X-Engine\":\"e\"},\"body\":\"{}\"}");
    HttpResponse<String> found = run.get("/orders/7");
    assertThat(found.headers().firstValue("X-Engine")).isEmpty();
    assertThat(found.headers().firstValue("X-Robots-Tag")).contains("none");
    assertThat(run.requests("store").toString()).contains("acme");
    control("store", "{\"drop\":\"after\"}");
    HttpResponse<String> away = run.get("/orders/7");
    assertThat(away.statusCode()).isEqualTo(200);
    assertThat(away.body()).isEqualTo("{\"id\": null}");
    assertThat(away.headers().firstValue("X-Fallback")).contains("upstream-error");
    assertThat(order("{\"sku\":\"A\"}", UUID.randomUUID().toString()).statusCode()).isEqualTo(502);
    assertThat(run.get("/_local/logs?function=Proxy").body())
        .contains("\"fallback\":\"upstream-error\"", "fallback_answers_total");
  }

  @Test
  void aRedirectLeadsBackToTheGateway() throws Exception {
    String origin = origin();
    control(
        "store", "{\"status\":303,\"headers\":{\"Location\":\"" + origin + "/v1/orders/9?a=1\"}}");
    HttpResponse<String> answer = run.get("/orders/7");
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).contains("/orders/9?a=1");
  }

  /** The address that the service is called at, as it was told. */
  private static String origin() throws Exception {
    run.get("/orders/7");
    JsonNode last = run.requests("store").get(0);
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
    warmTwoEnvironments(); // one that starts now would find the place free again
    control("one", "{\"delay_ms\":3000,\"times\":1,\"status\":200}");
    CompletableFuture<HttpResponse<String>> first = run.sendAsync(run.request("GET", "/one", ""));
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (run.requests("one").isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    HttpResponse<String> refused = run.get("/one");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(run.get("/one").statusCode()).isEqualTo(200);
  }

  @Test
  void anInstanceThatIsFoundDownIsLeftOutAndComesBackWhenItIsFoundUp() throws Exception {
    control("pair.2", "{\"status\":503}");
    JsonNode rounds = run.control("POST", "schedules", "");
    assertThat(rounds).hasSize(1);
    assertThat(rounds.get(0).path("outcome").asText()).isEqualTo("answered");
    for (int i = 0; i < 10; i++) {
      assertThat(run.get("/pair").statusCode()).isEqualTo(200);
    }
    assertThat(run.requests("pair")).hasSize(10);
    assertThat(run.requests("pair.2")).isEmpty();
    JsonNode pair = JSON.readTree(run.get("/api/v1/health/detailed").body()).at("/services/pair");
    assertThat(pair.path("instances").findValuesAsText("status")).containsExactly("up", "down");
    assertThat(pair.path("probed_sec_ago").asInt(-1)).isBetween(0, 60);

    run.control("DELETE", "upstreams/pair.2/behaviour", "");
    run.control("POST", "schedules", "");
    until(
        "it is called again",
        () -> run.get("/pair").statusCode() == 200 && !run.requests("pair.2").isEmpty());
    assertThat(run.get("/_local/logs?function=Probe").body())
        .contains("probe_round_completed", "instance_changed", "probes_total");
  }

  private static HttpResponse<String> order(String body, String key) throws Exception {
    return run.send(
        run.request("POST", "/orders", body)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key));
  }

  @Test
  void anAnswerIsKeptUntilItIsChangedPurgedOrStale() throws Exception {
    control("news", "{\"status\":200,\"headers\":{\"ETag\":\"\\\"1\\\"\"},\"body\":\"soup\"}");
    assertThat(cache(run.get("/menu"))).isEqualTo("miss");
    HttpResponse<String> hit = run.get("/menu");
    assertThat(cache(hit)).isEqualTo("hit");
    assertThat(hit.body()).isEqualTo("soup");
    assertThat(hit.headers().firstValue("Age")).isPresent();
    assertThat(run.get("/menu", "If-None-Match", "\"1\"").statusCode()).isEqualTo(304);
    assertThat(run.requests("news")).hasSize(1);

    assertThat(send("PUT", "/menu", "{}").statusCode()).isEqualTo(200);
    assertThat(cache(run.get("/menu"))).isEqualTo("miss");

    String purge = "{\"route\":\"GET /menu\"}";
    assertThat(send("POST", "/admin/cache", purge).statusCode()).isEqualTo(401);
    assertThat(cache(run.get("/menu"))).isEqualTo("hit");
    assertThat(operate("POST", "/admin/cache", purge).at("/purged/route").asText())
        .isEqualTo("GET /menu");
    control(
        "news", "{\"status\":200,\"headers\":{\"Cache-Control\":\"max-age=0\"},\"body\":\"stew\"}");
    assertThat(cache(run.get("/menu"))).isEqualTo("miss");
    control("news", "{\"drop\":\"after\"}");
    HttpResponse<String> stale = run.get("/menu");
    assertThat(cache(stale)).isEqualTo("stale");
    assertThat(stale.body()).isEqualTo("stew");
  }

  private static String cache(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("X-Cache").orElse("none");
  }

  /** Two slow requests at once need two environments. */
  private static void warmTwoEnvironments() throws Exception {
    control("shop", "{\"delay_ms\":500,\"times\":2}");
    until(
        "two environments",
        () -> {
          atOnce(2);
          return run.control("GET", "functions", "").findValues("environments").stream()
              .anyMatch(number -> number.asInt() >= 2);
        });
    run.control("DELETE", "upstreams/shop/behaviour", "");
  }

  private static List<HttpResponse<String>> atOnce(int number) throws Exception {
    List<Future<HttpResponse<String>>> running = new ArrayList<>();
    List<HttpResponse<String>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < number; i++) {
        running.add(callers.submit(() -> run.get("/shop")));
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
    return JSON.readTree(run.get("/api/v1/health/detailed").body()).at("/services/shop/breaker");
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static HttpResponse<String> purchase(String key) throws Exception {
    return run.send(run.request("POST", "/purchases", "{}").header("Idempotency-Key", key));
  }

  private static JsonNode operate(String body) throws Exception {
    return operate("PUT", "/admin/services/shop", body);
  }

  /** On a busy machine Redis may be found away for a moment, which is told as 503. */
  private static JsonNode operate(String method, String path, String body) throws Exception {
    List<HttpResponse<String>> last = new ArrayList<>();
    String operator = run.operator("https://idp.services.example", "services");
    until(
        "it is changed",
        () -> {
          last.add(
              run.send(
                  run.request(method, path, body)
                      .header("Content-Type", "application/json")
                      .header("Authorization", operator)));
          return last.getLast().statusCode() != 503;
        });
    assertThat(last.getLast().statusCode()).as(last.getLast().body()).isEqualTo(200);
    return JSON.readTree(last.getLast().body());
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return run.send(run.request(method, path, body));
  }

  private static void control(String service, String behaviour) throws Exception {
    run.control("PUT", "upstreams/" + service + "/behaviour", behaviour);
  }
}
