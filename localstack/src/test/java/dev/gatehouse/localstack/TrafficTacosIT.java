package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.LocalRun.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
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
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of the example gateway over real HTTP: what they get, and what the back end saw of it.
 *
 * <p>A subject of its own per test, so that no test spends another's limit.
 */
final class TrafficTacosIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path EXAMPLE = PROJECT.root().resolve("examples/traffic-tacos");
  private static final String ISSUER = "https://idp.traffic-tacos.example";
  private static final String RESERVATIONS = "/api/v1/reservations";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static @Nullable LocalRun run;

  private final String subject = "user-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    for (String module :
        List.of("authorizer-fn", "proxy-fn", "idempotency-fn", "ratelimit-fn", "queue-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, EXAMPLE, 0, 2),
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
    control("DELETE", "upstreams/reservation/requests", "");
    control("DELETE", "upstreams/reservation/behaviour", "");
  }

  @Test
  void aReservationReachesTheBackEndWithTheCallersIdentityAndNoOther() throws Exception {
    byte[] body = "{\"event_id\":\"evt-1\",\"seat_ids\":[\"A1\"],\"quantity\":1}".getBytes(UTF_8);
    HttpResponse<String> answer =
        send(
            request("POST", RESERVATIONS, body)
                .header("Authorization", "Bearer " + token("reservations:write"))
                .header("X-Queue-Pass", pass("evt-1"))
                .header("X-User-Id", "root")
                .header("X_User_Roles", "admin")
                .header("x-auth-kind", "jwt")
                .header("Forwarded", "for=6.6.6.6")
                .header("X-Forwarded-For", "6.6.6.6")
                .header("X-Real-IP", "6.6.6.6")
                .header("X-Request-ID", "mine-1")
                .header("X-Plain", "kept"));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("X-Request-ID")).contains("mine-1");
    assertThat(answer.headers().firstValue("RateLimit-Policy")).contains("\"user\";q=50;w=1");
    JsonNode seen = onlyRequest();
    assertThat(seen.path("method").asText()).isEqualTo("POST");
    assertThat(seen.path("path").asText()).isEqualTo(RESERVATIONS);
    assertThat(Base64.getDecoder().decode(seen.path("body_base64").asText())).isEqualTo(body);
    JsonNode fields = seen.path("headers");
    assertThat(fields.path("X-User-Id")).hasSize(1);
    assertThat(fields.at("/X-User-Id/0").asText()).isEqualTo(subject);
    assertThat(fields.at("/X-Auth-Kind/0").asText()).isEqualTo("jwt");
    assertThat(fields.at("/X-Plain/0").asText()).isEqualTo("kept");
    assertThat(fields.at("/X-Forwarded-For/0").asText()).isEqualTo("127.0.0.1");
    assertThat(fields.toString()).doesNotContain("6.6.6.6", "root", "admin");
  }

  @Test
  void noRefusedCredentialReachesTheBackEnd() throws Exception {
    assertProblem(get(RESERVATIONS + "/r-1", ""), 401, "MISSING_AUTHORIZATION");
    assertProblem(get(RESERVATIONS + "/r-1", "Bearer nonsense"), 401, "INVALID_TOKEN_FORMAT");
    assertProblem(get(RESERVATIONS + "/r-1", "Bearer " + forged()), 401, "INVALID_TOKEN");
    assertProblem(
        get(RESERVATIONS + "/r-1", "Bearer " + token("reservations:read", -120)),
        401,
        "TOKEN_EXPIRED");
    assertProblem(
        get(RESERVATIONS + "/r-1", "Bearer " + token("reservations:write")), 403, "ACCESS_DENIED");
    assertThat(requests()).isEmpty();
    assertThat(get(RESERVATIONS + "/r-1", "Bearer " + token("reservations:read")).statusCode())
        .isEqualTo(404);
    assertThat(requests()).hasSize(1);
  }

  @Test
  void aWarmAuthorizerCacheGivesNoRouteAnothersAnswer() throws Exception {
    String reader = "Bearer " + token("reservations:read");
    for (int round = 0; round < 2; round++) {
      assertThat(get(RESERVATIONS + "/r-1", reader).statusCode()).isEqualTo(404);
      assertProblem(
          send(request("POST", RESERVATIONS, new byte[0]).header("Authorization", reader)),
          403,
          "ACCESS_DENIED");
    }
    assertThat(requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing/here, 404, NOT_FOUND",
    "GET, /, 404, NOT_FOUND",
    "DELETE, /api/v1/reservations, 405, METHOD_NOT_ALLOWED",
    "PUT, /api/v1/reservations/r-1, 405, METHOD_NOT_ALLOWED",
    "POST, /healthz, 405, METHOD_NOT_ALLOWED",
  })
  void whatIsNotServedIsSaid(String method, String path, int status, String code) throws Exception {
    HttpResponse<String> answer = send(request(method, path, new byte[0]));
    assertProblem(answer, status, code);
    assertThat(answer.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
    assertThat(requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/reservations/a%2Fb",
        "/api/v1/reservations/a%5Cb",
        "/api/v1/reservations/%2e%2e",
        "/api/v1/reservations/%252e%252e",
        "/api/v1/reservations/%ff",
        "/api/v1/reservations/a;b=1",
        "/api/v1/reservations/a%00",
      })
  void anAmbiguousPathIsRefused(String path) throws Exception {
    String answer =
        raw("GET " + path + " HTTP/1.1\r\nAuthorization: Bearer " + token("reservations:read"), "");
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    assertThat(requests()).isEmpty();
  }

  @Test
  void aPreflightNeedsNoTokenAndAnotherOriginGetsNothing() throws Exception {
    HttpResponse<String> answer = preflight("https://app.traffic-tacos.example");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://app.traffic-tacos.example");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElse(""))
        .contains("POST");
    assertThat(preflight("https://evil.example").headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    assertThat(requests()).isEmpty();
  }

  @Test
  void anErrorOfApiGatewayItselfIsReadableForAnAllowedOriginOnly() throws Exception {
    HttpResponse<String> allowed =
        send(request("GET", "/nothing", new byte[0]).header("Origin", "http://localhost:3000"));
    assertProblem(allowed, 404, "NOT_FOUND");
    assertThat(allowed.headers().firstValue("Access-Control-Allow-Credentials")).contains("true");
    assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("http://localhost:3000");
    HttpResponse<String> other =
        send(request("GET", "/nothing", new byte[0]).header("Origin", "https://evil.example"));
    assertThat(other.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
  }

  @Test
  void malformedJsonIsTheBackEndsBusiness() throws Exception {
    byte[] body = {'{', 0, (byte) 0xff, (byte) 0xc0, '"'};
    HttpResponse<String> answer =
        send(
            request("POST", RESERVATIONS + "/r-1/confirm", body)
                .header("Authorization", "Bearer " + token("reservations:write")));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Base64.getDecoder().decode(onlyRequest().path("body_base64").asText()))
        .isEqualTo(body);
  }

  @Test
  void aBodyOfTwelveMegabytesIsTooLarge() throws Exception {
    HttpResponse<String> answer =
        send(
            request("POST", RESERVATIONS, new byte[12 * 1024 * 1024])
                .header("Authorization", "Bearer " + token("reservations:write")));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(requests()).isEmpty();
  }

  @Test
  void oddFieldsHurtNobody() throws Exception {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      fields.append("\r\nX-F-").append(i).append(": v");
    }
    String head =
        "GET /api/v1/reservations/r-1 HTTP/1.1\r\nAuthorization: Bearer "
            + token("reservations:read");
    assertThat(raw(head + fields, "")).startsWith("HTTP/1.1 404 ");
    assertThat(raw(head + "\r\nX-Odd: \u00ff\u00fe", "")).doesNotStartWith("HTTP/1.1 5");
    assertThat(raw("GET /api/v1/reservations/r-1", "")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aBackEndThatFailsIsAnsweredForInTime() throws Exception {
    String writer = "Bearer " + token("reservations:write");
    control("PUT", "upstreams/reservation/behaviour", "{\"drop\":\"before\",\"times\":1}");
    assertProblem(reserve(writer), 502, "UPSTREAM_ERROR");
    control("PUT", "upstreams/reservation/behaviour", "{\"drop\":\"mid\",\"times\":1}");
    assertProblem(reserve(writer), 502, "UPSTREAM_ERROR");
    control("PUT", "upstreams/reservation/behaviour", "{\"delay_ms\":10000,\"times\":1}");
    assertProblem(reserve(writer), 504, "UPSTREAM_TIMEOUT");
    assertThat(reserve(writer).statusCode()).isEqualTo(201);
  }

  @Test
  void anAnswerOfTheBackEndIsPassedOnAsItIs() throws Exception {
    control(
        "PUT",
        "upstreams/reservation/behaviour",
        """
        {"status":418,"body":"tea","headers":{"X-Tea":["green"],"Set-Cookie":["a=1","b=2"]},"times":1}
        """);
    HttpResponse<String> answer =
        get(RESERVATIONS + "/r-1", "Bearer " + token("reservations:read"));
    assertThat(answer.statusCode()).isEqualTo(418);
    assertThat(answer.body()).isEqualTo("tea");
    assertThat(answer.headers().firstValue("X-Tea")).contains("green");
    assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
  }

  @Test
  void withoutRedisTheGatewayGoesOnAndSaysThatItIsNotReady() throws Exception {
    String reader = "Bearer " + token("reservations:read");
    control("PUT", "redis", "{\"state\":\"down\"}");
    try {
      assertThat(get(RESERVATIONS + "/r-1", reader).statusCode()).isEqualTo(404);
      HttpResponse<String> ready = get("/readyz", "");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("\"jwks\":{\"main\":{\"status\":\"unknown\"");
      assertThat(get("/healthz", "").statusCode()).isEqualTo(200);
    } finally {
      redisReturns();
    }
  }

  /** The next test finds every limit counted in Redis again, and every line. */
  private void redisReturns() throws Exception {
    control("PUT", "redis", "{\"state\":\"up\"}");
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    for (int ready = 0; ready < 3; ready = isReady() ? ready + 1 : 0) {
      assertThat(System.nanoTime()).as("the gateway is ready again").isLessThan(end);
    }
  }

  private static boolean isReady() throws Exception {
    return get("/readyz", "").statusCode() == 200
        && get("/api/v1/queue/board?event_id=evt-1", "").statusCode() == 200;
  }

  @Test
  void theVisitOfTheExampleRunsTopToBottom() throws Exception {
    shell(EXAMPLE.resolve("journey.sh").toString());
  }

  @Test
  void theFirstMinuteOfTheReadmeIsAsItSays() throws Exception {
    String minute =
        Readme.block("bash", "TOKEN=")
            .replace("http://localhost:8000", "http://127.0.0.1:" + port())
            .replaceAll("(?m)^examples/.*$", "");
    assertThat(shell("-c", "set -eu\n" + minute).lines().filter(line -> line.startsWith("HTTP/")))
        .containsExactly("HTTP/1.1 201 Created", "HTTP/1.1 401 Unauthorized");
  }

  private String shell(String... arguments) throws Exception {
    return Shell.run(PROJECT, port(), arguments);
  }

  /** The pass of this test's subject, who joins the event's queue and enters at its turn. */
  private String pass(String event) throws Exception {
    String bearer = "Bearer " + token("");
    byte[] joining = ("{\"event_id\":\"" + event + "\"}").getBytes(UTF_8);
    HttpResponse<String> joined =
        send(request("POST", "/api/v1/queue/join", joining).header("Authorization", bearer));
    assertThat(joined.statusCode()).as(joined.body()).isEqualTo(202);
    String ticket = JSON.readTree(joined.body()).path("waiting_token").asText();
    byte[] entering = ("{\"waiting_token\":\"" + ticket + "\"}").getBytes(UTF_8);
    HttpResponse<String> entered = send(request("POST", "/api/v1/queue/enter", entering));
    for (int i = 0; entered.statusCode() == 403 && i < 100; i++) {
      entered = send(request("POST", "/api/v1/queue/enter", entering));
    }
    assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
    return JSON.readTree(entered.body()).path("reservation_token").asText();
  }

  @Test
  void theQueueKeepsOutWhoHasNoPass() throws Exception {
    String writer = "Bearer " + token("reservations:write");
    byte[] body = "{\"event_id\":\"evt-1\",\"quantity\":1}".getBytes(UTF_8);
    assertProblem(
        send(request("POST", RESERVATIONS, body).header("Authorization", writer)),
        403,
        "QUEUE_PASS_REQUIRED");
    byte[] other = "{\"event_id\":\"evt-2\",\"quantity\":1}".getBytes(UTF_8);
    assertProblem(
        send(
            request("POST", RESERVATIONS, other)
                .header("Authorization", writer)
                .header("X-Queue-Pass", pass("evt-1"))),
        403,
        "QUEUE_PASS_REQUIRED");
    assertThat(requests()).isEmpty();
  }

  /**
   * The original client's calls, in its order and with its members; beside it somebody who has not
   * queued, and somebody with another's pass.
   */
  @Test
  void theOriginalWebClientJoinsWaitsEntersReservesAndConfirms() throws Exception {
    String event = "evt_2026_" + UUID.randomUUID().toString().substring(0, 8);
    String bearer = "Bearer " + token("reservations:read reservations:write");
    operate(event, "{\"state\":\"paused\"}");
    String joining = "{\"event_id\":\"" + event + "\",\"user_id\":\"u\"}";
    String key = UUID.randomUUID().toString();
    JsonNode joined = web(bearer, key, "queue/join", 202, joining);
    String ticket = joined.path("waiting_token").asText();
    assertThat(joined.path("position_hint").asInt()).isEqualTo(1);
    assertThat(web(bearer, key, "queue/join", 202, joining).path("waiting_token").asText())
        .isEqualTo(ticket);
    String entering = "{\"waiting_token\":\"" + ticket + "\"}";
    assertThat(standing(ticket, bearer).path("ready_for_entry").asBoolean(true)).isFalse();
    assertThat(web(bearer, "queue/enter", 403, entering).path("code").asText())
        .isEqualTo("NOT_READY");

    operate(event, "{\"state\":\"open\"}");
    JsonNode standing = standing(ticket, bearer);
    for (int i = 0; i < 200 && !standing.path("ready_for_entry").asBoolean(); i++) {
      assertThat(standing.path("poll_after_ms").asInt()).isBetween(1, 30_000);
      standing = standing(ticket, bearer);
    }
    JsonNode entered = web(bearer, "queue/enter", 200, entering);
    assertThat(entered.path("admission").asText()).isEqualTo("granted");
    String pass = entered.path("reservation_token").asText();

    String neighbour = "Bearer " + token("reservations:write", 600, "neighbour-" + subject);
    assertThat(web(neighbour, "reservations", 403, reservation(event, "")).path("code").asText())
        .isEqualTo("QUEUE_PASS_REQUIRED");
    assertThat(web(neighbour, "reservations", 403, reservation(event, pass)).path("pass").asText())
        .isEqualTo("another holder's");
    assertThat(requests()).isEmpty();

    JsonNode reserved = web(bearer, "reservations", 201, reservation(event, pass));
    assertThat(onlyRequest().at("/headers/X-User-Id/0").asText()).isEqualTo(subject);
    assertThat(serving(event)).isEqualTo(1);
    String confirming = "reservations/" + reserved.path("reservation_id").asText() + "/confirm";
    web(bearer, confirming, 200, "{\"payment_intent_id\":\"pay_1\"}");
    assertThat(serving(event)).isZero();
  }

  private static String reservation(String event, String pass) {
    return JSON.createObjectNode()
        .put("event_id", event)
        .put("quantity", 1)
        .put("reservation_token", pass)
        .put("user_id", "u")
        .toString();
  }

  private static JsonNode standing(String ticket, String bearer) throws Exception {
    return JSON.readTree(get("/api/v1/queue/status?token=" + ticket, bearer).body());
  }

  private void operate(String event, String change) throws Exception {
    HttpResponse<String> answer =
        send(
            request("PUT", "/admin/queues/" + event, change.getBytes(UTF_8))
                .header("Authorization", "Bearer " + token("gateway:admin")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void operatorsSteerALineFromTheCommandLine() throws Exception {
    String event = "evt-cli-" + UUID.randomUUID().toString().substring(0, 8);
    String admin = " " + event + " --url http://127.0.0.1:" + port() + " --token ";
    String token = token("gateway:admin");
    pass(event);
    assertThat(shell("-c", "./gatehouse queue pause --message soon" + admin + token))
        .contains("onsale / " + event, "paused (soon)");
    byte[] joining = ("{\"event_id\":\"" + event + "\"}").getBytes(UTF_8);
    JsonNode joined = JSON.readTree(send(request("POST", "/api/v1/queue/join", joining)).body());
    assertThat(joined.path("status").asText()).isEqualTo("paused");
    shell("-c", "./gatehouse queue set --admit 60/1m --capacity 7" + admin + token);
    assertThat(shell("-c", "./gatehouse queue watch --times 2 --every 1s" + admin + token))
        .contains(" paused waiting=1 called=0 active=1 capacity=7 ", " rate_per_sec=1.0 ");
    assertThat(shell("-c", "./gatehouse queue open" + admin + token)).contains("open");
    shell("-c", "./gatehouse queue close" + admin + token);
    assertProblem(send(request("POST", "/api/v1/queue/join", joining)), 403, "ACCESS_DENIED");
  }

  private static long serving(String event) throws Exception {
    return JSON.readTree(get("/api/v1/queue/board?event_id=" + event, "").body())
        .path("serving")
        .asLong(-1);
  }

  private static JsonNode web(String bearer, String path, int status, String body)
      throws Exception {
    return web(bearer, UUID.randomUUID().toString(), path, status, body);
  }

  private static JsonNode web(String bearer, String key, String path, int status, String body)
      throws Exception {
    HttpResponse<String> answer =
        send(
            request("POST", "/api/v1/" + path, body.getBytes(UTF_8))
                .setHeader("Idempotency-Key", key)
                .header("Authorization", bearer));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> reserve(String authorization) throws Exception {
    return send(
        request(
                "POST",
                RESERVATIONS,
                "{\"event_id\":\"evt-1\",\"seat_ids\":[],\"quantity\":1}".getBytes(UTF_8))
            .header("Authorization", authorization)
            .header("X-Queue-Pass", pass("evt-1")));
  }

  private static HttpResponse<String> preflight(String origin) throws Exception {
    return send(
        request("OPTIONS", RESERVATIONS, new byte[0])
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST"));
  }

  @Test
  void aRepeatIsAnsweredFromTheLedgerAndItsOutcomeIsTold() throws Exception {
    String key = UUID.randomUUID().toString();
    String bearer = "Bearer " + token("reservations:write");
    HttpResponse<String> first = reserve(bearer, key, 1);
    HttpResponse<String> second = reserve(bearer, key, 1);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertProblem(reserve(bearer, key, 2), 409, "IDEMPOTENCY_CONFLICT");
    assertProblem(reserve("", key, 1), 401, "MISSING_AUTHORIZATION");
    assertProblem(reserve(bearer, "1-" + key, 1), 400, "INVALID_IDEMPOTENCY_KEY");
    String own = "/api/v1/idempotency/" + key + "?method=POST&path=" + RESERVATIONS;
    HttpResponse<String> outcome = get(own, bearer);
    assertThat(outcome.statusCode()).as(outcome.body()).isEqualTo(200);
    assertThat(JSON.readTree(outcome.body()).path("state").asText()).isEqualTo("DONE");
    assertProblem(get(own, ""), 401, "MISSING_AUTHORIZATION");
    assertProblem(
        get("/admin/idempotency?method=POST&path=" + RESERVATIONS, bearer), 403, "ACCESS_DENIED");
    assertThat(requests()).hasSize(1);
  }

  @Test
  void anOperatorFreesAKeyWhoseEndIsUnknown() throws Exception {
    String key = UUID.randomUUID().toString();
    String bearer = "Bearer " + token("reservations:write");
    control("PUT", "upstreams/reservation/behaviour", "{\"status\":500,\"times\":1}");
    assertThat(reserve(bearer, key, 1).statusCode()).isEqualTo(500);
    assertProblem(reserve(bearer, key, 1), 409, "IDEMPOTENCY_UNKNOWN");
    String word =
        JSON.createObjectNode()
            .put("issuer", ISSUER)
            .put("subject", subject)
            .put("method", "POST")
            .put("path", RESERVATIONS)
            .put("key", key)
            .put("resolution", "not-executed")
            .put("note", "the service's log has no such reservation")
            .toString();
    HttpResponse<String> resolved =
        send(
            request("POST", "/admin/idempotency", word.getBytes(UTF_8))
                .header("Authorization", "Bearer " + token("gateway:admin")));
    assertThat(resolved.statusCode()).as(resolved.body()).isEqualTo(200);
    assertThat(reserve(bearer, key, 1).statusCode()).isEqualTo(201);
    assertThat(requests()).hasSize(2);
  }

  private HttpResponse<String> reserve(String authorization, String key, int quantity)
      throws Exception {
    String body = "{\"event_id\":\"evt-1\",\"quantity\":" + quantity + "}";
    HttpRequest.Builder request =
        request("POST", RESERVATIONS, body.getBytes(UTF_8))
            .setHeader("Idempotency-Key", key)
            .header("X-Queue-Pass", pass("evt-1"));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return send(request);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code)
      throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("request_id").asText()).isNotEmpty();
    assertThat(answer.headers().firstValue("X-Request-ID"))
        .contains(problem.path("request_id").asText());
    assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
    if (status == 401) {
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }
  }

  private static JsonNode requests() throws Exception {
    return control("GET", "upstreams/reservation/requests", "");
  }

  private static JsonNode onlyRequest() throws Exception {
    JsonNode requests = requests();
    assertThat(requests).hasSize(1);
    return requests.get(0);
  }

  private String token(String scope) throws Exception {
    return token(scope, 600);
  }

  private String token(String scope, int seconds) throws Exception {
    return token(scope, seconds, subject);
  }

  private static String token(String scope, int seconds, String subject) throws Exception {
    long now = Instant.now().getEpochSecond();
    String payload =
        JSON.createObjectNode()
            .put("iss", ISSUER)
            .put("aud", "gateway-api")
            .put("sub", subject)
            .put("scope", scope)
            .put("iat", now - 600)
            .put("exp", now + seconds)
            .toString();
    String encoded = Base64.getEncoder().encodeToString(payload.getBytes(UTF_8));
    return control("POST", "issuers/main/sign", "{\"payload_base64\":\"" + encoded + "\"}")
        .path("token")
        .asText();
  }

  /** A genuine token whose subject was changed after it was signed. */
  private String forged() throws Exception {
    String[] parts = token("reservations:read").split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    String changed = claims.replace("user-", "root-");
    return parts[0]
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(changed.getBytes(UTF_8))
        + "."
        + parts[2];
  }

  private static HttpResponse<String> get(String path, String authorization) throws Exception {
    HttpRequest.Builder request = request("GET", path, new byte[0]);
    return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
  }

  private static HttpRequest.Builder request(String method, String path, byte[] body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (path.startsWith("/api/") && method.equals("POST")) {
      request.setHeader("Idempotency-Key", UUID.randomUUID().toString());
    }
    return request
        .timeout(Duration.ofSeconds(40))
        .method(
            method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode control(String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(request(method, "/_local/" + path, body.getBytes(UTF_8)));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private static int port() {
    return run == null ? 0 : run.port();
  }

  /** Sends a request as it stands, its lines read as Latin-1, and reads the answer to its end. */
  private static String raw(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port())) {
      socket.setSoTimeout(40_000);
      String request = head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
