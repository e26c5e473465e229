package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.AccessFacts.Fact;
import dev.gatehouse.identity.AccessIds;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.proxy.Proxy.Outside;
import dev.gatehouse.proxy.Proxy.Policies;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline with a real Redis in front of a back end that keeps what it sees. */
final class PipelineIT {
  private static final Names NAMES = Names.ofSystem(InstantSource.system());

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Passes NO_PASSES =
      new Passes(Keyring.of(() -> "", InstantSource.system()), InstantSource.system());
  private static final Instant LATER = NOW.plusSeconds(600);

  /** No route here keeps records: a table that cannot be reached is never asked. */
  private static final Ledger NO_LEDGER = new Ledger(new Dynamo(), "", InstantSource.fixed(NOW));

  private static RealRedis server;
  private static Redis redis;

  private final Map<String, Fact> revoked = new HashMap<>();
  private boolean tableIsAway;

  private RawServer backEnd;
  private HttpUpstream http;
  private FrontDoor door;

  @BeforeAll
  static void startRedis() {
    server = RealRedis.start();
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    server.command("FLUSHALL");
    backEnd =
        RawServer.answering(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nSet-Cookie: a=1\r\n"
                + "Link: </next>; rel=\"next\"\r\nSunset: never\r\n"
                + "Set-Cookie: b=2\r\nContent-Length: 2\r\n\r\n{}");
    http = HttpUpstream.to(List.of(), NAMES);
    door = door(gateway(backEnd.url()));
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    backEnd.close();
  }

  @Test
  void anAdmittedRequestReachesTheBackEndAndItsAnswerTheClient() throws IOException {
    JsonNode answer =
        serve(write("alice").with("X-Thing", "1", "X-User-Id", "root").body("{\"a\":"));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(201);
    assertThat(headers(answer, "Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(headers(answer, "RateLimit-Policy").getFirst()).startsWith("\"user\";q=6;w=60");
    assertThat(headers(answer, "X-RateLimit-Remaining")).containsExactly("2");
    assertThat(headers(answer, "X-Request-ID")).containsExactly("api-request-1");
    assertThat(headers(answer, "X-Process-Time").getFirst()).matches("0\\.\\d{6}");
    assertThat(headers(answer, "Strict-Transport-Security")).hasSize(1);
    String request = backEnd.requests().getFirst();
    assertThat(request)
        .startsWith("POST /items/a%20b HTTP/1.1\r\n")
        .contains("X-Thing: 1\r\n", "X-User-Id: alice\r\n", "X-Auth-Kind: jwt\r\n")
        .contains("X-User-Email: alice@example.com\r\n", "X-User-Roles: buyer\r\n")
        .contains("X-User-Scopes: items:write\r\n", "X-Request-ID: api-request-1\r\n")
        .contains("X-Forwarded-For: 192.0.2.7\r\n", "X-Forwarded-Host: api.example.com\r\n")
        .contains("Forwarded: for=192.0.2.7;host=\"api.example.com\";proto=https\r\n")
        .containsPattern("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n")
        .containsPattern("X-Request-Deadline-Ms: (1[0-9]{3}|2000)\r\n")
        .doesNotContain("root")
        .endsWith("\r\n\r\n{\"a\":");
  }

  @Test
  void whoIsNotAllowedNeverReachesTheBackEnd() throws IOException {
    assertProblem(serve(ApiEvent.of("POST", "/items/1")), 401, "MISSING_AUTHORIZATION");
    assertProblem(
        serve(ApiEvent.of("POST", "/items/1").as("alice", NOW, "items:write")),
        401,
        "TOKEN_EXPIRED");
    assertProblem(
        serve(ApiEvent.of("POST", "/items/1").as("alice", LATER, "items:read")),
        403,
        "ACCESS_DENIED");
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void aRevokedCallerIsRefusedWhileItsAllowIsStillKept() throws IOException {
    revoked.put(
        AccessIds.REVOKED + AccessIds.ofSubject("https://idp.example", "mallory"),
        new Fact(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    assertProblem(serve(write("mallory")), 401, "INVALID_TOKEN");
    assertThat(backEnd.requests()).isEmpty();
    assertThat(serve(write("alice")).path("statusCode").intValue()).isEqualTo(201);
  }

  @Test
  void withoutTheTableNobodyComesInWhoWasNotAskedAboutBefore() throws IOException {
    assertThat(serve(write("alice")).path("statusCode").intValue()).isEqualTo(201);
    tableIsAway = true;
    assertThat(serve(write("alice")).path("statusCode").intValue()).isEqualTo(201);
    JsonNode answer = serve(write("bob"));
    assertProblem(answer, 503, "SERVICE_UNAVAILABLE");
    assertThat(headers(answer, "Retry-After")).containsExactly("1");
    assertThat(serve(ApiEvent.of("GET", "/open/x")).path("statusCode").intValue()).isEqualTo(201);
    assertThat(backEnd.requests()).hasSize(3);
  }

  @Test
  void aPublicRouteKnowsNobody() throws IOException {
    JsonNode answer = serve(ApiEvent.of("GET", "/open/x").with("X_User_Id", "root"));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(201);
    assertThat(backEnd.requests().getFirst())
        .contains("X-Auth-Kind: none\r\n")
        .doesNotContain("root");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/items/a%2fb", "/items/%2e%2e", "/items//1", "/items/%ff", "/items/;a"})
  void anAmbiguousPathIsRefused(String path) throws IOException {
    assertProblem(
        serve(ApiEvent.of("POST", path).as("alice", LATER, "items:write")), 400, "INVALID_PATH");
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void anUnknownPathIsNotFoundAndAnotherMethodNotAllowed() throws IOException {
    assertProblem(serve(ApiEvent.of("GET", "/nothing")), 404, "NOT_FOUND");
    JsonNode other = serve(ApiEvent.of("DELETE", "/items/1"));
    assertProblem(other, 405, "METHOD_NOT_ALLOWED");
    assertThat(headers(other, "Allow")).containsExactly("OPTIONS, POST");
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void aPreflightNeedsNoToken() throws IOException {
    JsonNode answer =
        serve(
            ApiEvent.of("OPTIONS", "/items/1")
                .with(
                    "Origin", "https://app.example.com", "Access-Control-Request-Method", "POST"));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(204);
    assertThat(headers(answer, "Access-Control-Allow-Origin"))
        .containsExactly("https://app.example.com");
    assertThat(headers(answer, "Access-Control-Allow-Methods")).containsExactly("OPTIONS, POST");
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void theBurstIsServedAndTheNextRequestTurnedAwayForItsUserAlone() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThat(serve(write("alice")).path("statusCode").intValue()).isEqualTo(201);
    }
    JsonNode refused = serve(write("alice"));
    assertProblem(refused, 429, "RATE_LIMITED");
    assertThat(body(refused).path("limit").textValue()).isEqualTo("user");
    assertThat(headers(refused, "Retry-After").getFirst()).matches("10|[1-9]");
    assertThat(headers(refused, "X-RateLimit-Remaining")).containsExactly("0");
    assertThat(backEnd.requests()).hasSize(3);
    assertThat(serve(write("bob")).path("statusCode").intValue()).isEqualTo(201);
  }

  @Test
  void aBackEndThatIsGoneIsABadGateway() throws IOException {
    backEnd.close();
    JsonNode answer = serve(write("alice"));
    assertProblem(answer, 502, "UPSTREAM_ERROR");
    assertThat(headers(answer, "RateLimit")).hasSize(1);
    assertThat(body(answer).path("detail").textValue()).doesNotContain("127.0.0.1", "Exception");
  }

  @Test
  void aBackEndThatHangsIsATimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Gateway gateway = gateway("http://127.0.0.1:" + silent.getLocalPort());
      FrontDoor impatient = door(gateway);
      JsonNode answer = serve(impatient, write("alice"), Duration.ofMillis(1200));
      assertProblem(answer, 504, "UPSTREAM_TIMEOUT");
    }
  }

  @Test
  void anAnswerThatOnlyItsEncodingMakesTooLongIsRefused() throws IOException {
    int length = 5 * 1024 * 1024;
    try (RawServer large =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: "
                + length
                + "\r\n\r\n"
                + "\u00ff".repeat(length))) {
      Gateway gateway = gateway(large.url());
      FrontDoor wide = door(gateway);
      assertProblem(serve(wide, write("alice"), Duration.ofSeconds(20)), 502, "RESPONSE_TOO_LARGE");
    }
  }

  @Test
  void anOldVersionSaysSoOnEveryAnswer() throws IOException {
    ApiEvent old = ApiEvent.of("GET", "/v1/items");
    JsonNode answer = serve(old.as("alice", LATER));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(201);
    assertThat(headers(answer, "Deprecation")).containsExactly("@1780272000");
    assertThat(headers(answer, "Sunset")).containsExactly("Sat, 09 Jan 2027 00:00:00 GMT");
    assertThat(headers(answer, "Link"))
        .containsExactly("</next>; rel=\"next\"", "</v2/items>; rel=\"successor-version\"");
    JsonNode refused = serve(old);
    assertProblem(refused, 401, "MISSING_AUTHORIZATION");
    assertThat(headers(refused, "Deprecation")).containsExactly("@1780272000");
    assertThat(headers(refused, "Link")).containsExactly("</v2/items>; rel=\"successor-version\"");
    assertThat(headers(serve(ApiEvent.of("GET", "/open/x")), "Deprecation")).isEmpty();
  }

  @Test
  void healthIsTheGatewaysOwn() throws IOException {
    JsonNode answer = serve(ApiEvent.of("GET", "/healthz"));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(200);
    assertThat(body(answer).path("status").textValue()).isEqualTo("healthy");
    assertProblem(serve(ApiEvent.of("POST", "/healthz")), 405, "METHOD_NOT_ALLOWED");
    assertThat(body(serve(ApiEvent.of("GET", "/version"))).path("version").textValue())
        .isEqualTo("1.2.3");
    assertThat(backEnd.requests()).isEmpty();
  }

  private FrontDoor door(Gateway gateway) {
    CircuitBreaker breaker = CircuitBreaker.in(redis, InstantSource.fixed(NOW));
    return Proxy.frontDoor(
        gateway,
        new Health(gateway, "1.2.3", "live", Map.of(), Map.of(), http, breaker, _ -> Map.of()),
        new Policies(
            redis,
            RedisAnswers.in(redis),
            new RateLimiter(redis, 1, () -> NOW),
            breaker,
            revocations(),
            NO_PASSES,
            Slots.in(redis),
            NO_LEDGER),
        new Outside(
            http,
            NAMES,
            new OwnZone(Map.of(), http, InstantSource.fixed(NOW)),
            InstantSource.fixed(NOW)),
        new GatewayMetrics());
  }

  private Revocations revocations() {
    AccessFacts facts =
        ids ->
            tableIsAway
                ? new AccessFacts.Reading.Unavailable("away")
                : new AccessFacts.Reading.Known(revoked);
    return new Revocations(facts, InstantSource.fixed(NOW));
  }

  private static ApiEvent write(String subject) {
    return ApiEvent.of("POST", "/items/a%20b").as(subject, LATER, "items:write");
  }

  private JsonNode serve(ApiEvent event) throws IOException {
    return serve(door, event, Duration.ofSeconds(29));
  }

  private static JsonNode serve(FrontDoor door, ApiEvent event, Duration remaining)
      throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    door.serve(new ByteArrayInputStream(event.json()), output, new Invocation(remaining));
    return new ObjectMapper().readTree(output.toByteArray());
  }

  private static void assertProblem(JsonNode answer, int status, String code) throws IOException {
    assertThat(answer.path("statusCode").intValue()).isEqualTo(status);
    assertThat(headers(answer, "Content-Type")).containsExactly("application/problem+json");
    JsonNode problem = body(answer);
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("code").textValue()).isEqualTo(code);
    assertThat(problem.path("request_id").textValue()).isEqualTo("api-request-1");
    assertThat(problem.path("trace_id").textValue()).startsWith("1-");
  }

  private static JsonNode body(JsonNode answer) throws IOException {
    return new ObjectMapper().readTree(answer.path("body").textValue().getBytes(UTF_8));
  }

  private static List<String> headers(JsonNode answer, String name) {
    return answer
        .path("multiValueHeaders")
        .path(name)
        .valueStream()
        .map(JsonNode::textValue)
        .toList();
  }

  private static Gateway gateway(String url) {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
        cors: {origins: [https://app.example.com], credentials: true, maxAge: 10m}
        limits:
          user: {by: user, rate: 6/m, burst: 3}
        services:
          items: {url: "URL", timeout: {connect: 250ms, request: 2s}}
        routes:
          - {match: POST /items/*, to: items, allow: {scopes: [items:write]}, limits: [user]}
          - {match: GET /open/**, to: items, allow: public}
          - {match: GET /v1/items, to: items, allow: jwt, version: {deprecated: 2026-06-01, sunset: 2027-01-09, successor: /v2/items}}
        """
            .replace("URL", url);
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }
}
