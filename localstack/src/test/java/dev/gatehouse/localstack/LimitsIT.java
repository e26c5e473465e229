package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Limits as clients, operators and back ends see them, over real HTTP. A subject of its own per
 * test; all clients have one address, so what counts by address is in one test.
 */
final class LimitsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path GATEWAY = Path.of("src/test/resources/limits");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static @Nullable LocalRun run;

  private final String subject = "user-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    for (String module : List.of("authorizer-fn", "proxy-fn", "ratelimit-fn")) {
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

  @BeforeEach
  void forgetRequests() throws Exception {
    control("DELETE", "upstreams/tacos/requests", "");
  }

  /**
   * What a series of requests came to.
   *
   * @param first how many were admitted before the first refusal
   */
  private record Series(
      int admitted, int first, List<HttpResponse<String>> refused, Duration took) {
    /** A window that slides meanwhile gives back what has left it. */
    void isAMinutesWorth(int limit) {
      long slid = limit * took.toMillis() / 60_000 + 1;
      assertThat((long) admitted).isBetween((long) limit, limit + slid);
    }
  }

  @Test
  void fiftyASecondWithABurstOfAHundred() throws Exception {
    Series series = ask(220, "/tacos", token(null));
    assertThat((long) series.admitted())
        .isBetween(100L, Math.min(220, 100 + series.took().toMillis() * 50 / 1_000 + 1));
    assertThat(requests()).hasSize(series.admitted());
    if (!series.refused().isEmpty()) {
      HttpResponse<String> refused = series.refused().getFirst();
      assertRefused(refused, "tacos");
      assertThat(header(refused, "RateLimit-Policy")).isEqualTo("\"tacos\";q=50;w=1");
      assertThat(header(refused, "X-RateLimit-Limit")).isEqualTo("100");
    }
  }

  @Test
  void sixtyAMinuteAndAThousandAnHour() throws Exception {
    Series series = ask(70, "/fincloud", token(null));
    series.isAMinutesWorth(60);
    assertThat(requests()).hasSize(series.admitted());
    HttpResponse<String> refused = series.refused().getFirst();
    assertRefused(refused, "minute");
    assertThat(header(refused, "RateLimit-Policy"))
        .isEqualTo("\"minute\";q=60;w=60, \"hour\";q=1000;w=3600");
    assertThat(header(refused, "X-RateLimit-Limit-Minute")).isEqualTo("60");
    assertThat(header(refused, "X-RateLimit-Remaining-Minute")).isEqualTo("0");
    assertThat(header(refused, "X-RateLimit-Limit-Hour")).isEqualTo("1000");
    assertThat(header(refused, "X-RateLimit-Remaining-Hour"))
        .isEqualTo("" + (1_000 - series.first()));
  }

  @Test
  void aHundredAMinuteAndAThousandAnHour() throws Exception {
    Series series = ask(110, "/payments", token(null));
    series.isAMinutesWorth(100);
    assertThat(requests()).hasSize(series.admitted());
    assertRefused(series.refused().getFirst(), "payment-minute");
  }

  @Test
  void tenLoginsAMinutePerUserAndPerAddress() throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      answers.add(
          send(
              request("POST", "/login")
                  .header("X-Forwarded-For", "198.51.100." + i)
                  .header("Origin", "https://app.limits.example")));
    }
    HttpResponse<String> last = answers.getLast();
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(10);
    assertThat(requests()).hasSize(10);
    assertRefused(last, "login-user");
    assertThat(header(last, "Access-Control-Allow-Origin")).isEqualTo("https://app.limits.example");
    assertThat(List.of(header(last, "Access-Control-Expose-Headers").split(", *")))
        .contains(
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-RateLimit-Limit-Minute",
            "X-RateLimit-Remaining-Hour");
    HttpResponse<String> signedIn =
        send(request("POST", "/login").header("Authorization", token(null)));
    assertRefused(signedIn, "login-address");
    assertThat(header(signedIn, "RateLimit")).startsWith("\"login-user\";r=10;");
    assertThat(requests()).hasSize(10);
  }

  @Test
  void aClaimOfTheTokenIsCountedByForAllWhoHaveIt() throws Exception {
    String tenant = "tenant-" + UUID.randomUUID();
    assertThat(get("/tenants", token(subject + "-1", "tenant", tenant)).statusCode())
        .isEqualTo(200);
    assertThat(get("/tenants", token(subject + "-2", "tenant", tenant)).statusCode())
        .isEqualTo(200);
    assertRefused(get("/tenants", token(subject + "-3", "tenant", tenant)), "tenant");
    assertThat(get("/tenants", token(subject + "-3", "tenant", tenant + "x")).statusCode())
        .isEqualTo(200);
    assertThat(requests()).hasSize(3);
  }

  @Test
  void eachRouteHasABucketOfItsOwnAndACostIsTakenWhole() throws Exception {
    String token = token(null);
    assertThat(ask(3, "/search", token).admitted()).isEqualTo(2);
    assertThat(ask(3, "/search/a", token).admitted()).isEqualTo(2);
    assertThat(ask(1, "/search/b", token).admitted()).isZero();
  }

  @Test
  void aConditionHoldsForItsTierOnlyAndAShadowForNobody() throws Exception {
    assertThat(ask(4, "/gold", token(null)).admitted()).isEqualTo(4);
    Series gold = ask(3, "/gold", token(subject + "-g", "tier", "gold"));
    assertThat(gold.admitted()).isEqualTo(1);
    assertRefused(gold.refused().getFirst(), "gold");
  }

  @Test
  void aCallerSeesWhatIsLeft() throws Exception {
    String token = token(subject, "tenant", subject);
    ask(3, "/fincloud", token);
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = get("/api/v1/limits", token);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode limits = JSON.readTree(answer.body()).path("limits");
      assertThat(limits.findValuesAsText("limit"))
          .containsExactly(
              "tacos",
              "minute",
              "hour",
              "login-user",
              "login-address",
              "payment-minute",
              "payment-hour",
              "tenant");
      assertThat(limits.get(1).path("remaining").asInt()).isEqualTo(57);
      assertThat(header(answer, "RateLimit")).contains("\"minute\";r=57;");
    }
    assertThat(get("/api/v1/limits", "").statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/limits", "Bearer nonsense").statusCode()).isEqualTo(401);
  }

  @Test
  void anOperatorOverridesAndResetsOneCaller() throws Exception {
    String token = token(null);
    String operator = token("operator", "scope", "gateway:admin");
    assertThat(ask(62, "/fincloud", token).admitted()).isEqualTo(60);
    String path = "/admin/limits/minute";
    String whom = "?user=" + subject;
    assertThat(get(path + whom, token).statusCode()).isEqualTo(403);
    assertThat(get(path + whom, "").statusCode()).isEqualTo(401);
    JsonNode shown = JSON.readTree(get(path + whom, operator).body());
    assertThat(shown.path("remaining").asInt()).as(shown.toString()).isZero();

    HttpResponse<String> set =
        send(
            request("PUT", path + "/override" + whom, "{\"window\":\"62/1m\",\"for\":\"10m\"}")
                .header("Content-Type", "application/json")
                .header("Authorization", operator));
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    Series more = ask(4, "/fincloud", token);
    assertThat(more.admitted()).isEqualTo(2);
    assertThat(header(more.refused().getFirst(), "RateLimit-Policy"))
        .startsWith("\"minute\";q=62;w=60");

    assertThat(
            send(request("DELETE", path + "/override" + whom).header("Authorization", operator))
                .statusCode())
        .isEqualTo(200);
    assertThat(send(request("DELETE", path + whom).header("Authorization", operator)).statusCode())
        .isEqualTo(200);
    assertThat(ask(1, "/fincloud", token).admitted()).isEqualTo(1);
    String log = send(request("GET", "/_local/logs?function=RateLimit")).body();
    assertThat(log).contains("limits.override", "limits.reset").contains("audit");
  }

  @Test
  void withoutRedisWhatSaysDenyDeniesAndTheRestGoesOn() throws Exception {
    String token = token(null);
    get("/fincloud", token);
    control("PUT", "redis", "{\"state\":\"down\"}");
    try {
      assertThat(ask(8, "/fincloud", token).admitted()).isBetween(6, 8);
      HttpResponse<String> denied =
          send(request("POST", "/login").header("Authorization", token(subject + "-d")));
      assertThat(denied.statusCode()).isEqualTo(429);
      assertThat(header(denied, "Retry-After")).isEqualTo("1");
      assertThat(get("/api/v1/limits", token).statusCode()).isEqualTo(503);
    } finally {
      redisReturns();
    }
  }

  /** The next test finds every limit counted in Redis again. */
  private void redisReturns() throws Exception {
    control("PUT", "redis", "{\"state\":\"up\"}");
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    for (int ready = 0; ready < 3; ready = isReady() ? ready + 1 : 0) {
      assertThat(System.nanoTime()).as("the gateway is ready again").isLessThan(end);
    }
  }

  private static boolean isReady() throws Exception {
    return get("/readyz", "").statusCode() == 200 && get("/api/v1/limits", "").statusCode() == 200;
  }

  private static void assertRefused(HttpResponse<String> answer, String limit) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(problem.path("limit").asText()).isEqualTo(limit);
    assertThat(problem.path("retry_after_sec").asText()).isEqualTo(header(answer, "Retry-After"));
  }

  private static Series ask(int requests, String path, String token) throws Exception {
    Instant before = Instant.now();
    List<HttpResponse<String>> refused = new ArrayList<>();
    int first = requests;
    for (int i = 0; i < requests; i++) {
      HttpResponse<String> answer = get(path, token);
      if (answer.statusCode() != 200) {
        first = Math.min(first, i);
        refused.add(answer);
      }
    }
    return new Series(
        requests - refused.size(), first, refused, Duration.between(before, Instant.now()));
  }

  private String token(@Nullable String of, String... claims) throws Exception {
    long now = Instant.now().getEpochSecond();
    ObjectNode payload =
        JSON.createObjectNode()
            .put("iss", "https://idp.limits.example")
            .put("aud", "limits")
            .put("sub", of == null ? subject : of)
            .put("iat", now)
            .put("exp", now + 600);
    for (int i = 0; i < claims.length; i += 2) {
      payload.put(claims[i], claims[i + 1]);
    }
    String encoded = Base64.getEncoder().encodeToString(payload.toString().getBytes(UTF_8));
    return "Bearer "
        + control("POST", "issuers/main/sign", "{\"payload_base64\":\"" + encoded + "\"}")
            .path("token")
            .asText();
  }

  private static JsonNode requests() throws Exception {
    return control("GET", "upstreams/tacos/requests", "");
  }

  private static HttpResponse<String> get(String path, String authorization) throws Exception {
    HttpRequest.Builder request = request("GET", path);
    return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
  }

  private static HttpRequest.Builder request(String method, String path) {
    return request(method, path, "");
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

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static JsonNode control(String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(request(method, "/_local/" + path, body));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
  }
}
