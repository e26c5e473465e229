package dev.gatehouse.ratelimit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.json.Json;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The function behind its handler, over a real Redis. */
class RateLimitFunctionIT {
  private static final Gateway SHOP = Shop.gateway();
  private static final String ADDRESS = "192.0.2.7";

  private static RealRedis server;
  private static Redis redis;
  private static RateLimiter limiter;
  private static RateLimitHandler handler;

  private Map<String, String> context = Map.of();

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
    limiter = new RateLimiter(redis, 1, InstantSource.system());
    Revocations none =
        new Revocations(ids -> new AccessFacts.Reading.Known(Map.of()), InstantSource.system());
    handler =
        new RateLimitHandler(
            RateLimitFunction.of(SHOP, redis, limiter, none, InstantSource.system(), List.of()));
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.command("FLUSHALL");
    context = caller("operator", Optional.empty(), Map.of(), "gateway:admin");
  }

  @Test
  void aCallerSeesWhatIsLeftAndSpendsNothing() throws IOException {
    context = caller("alice", Optional.empty(), Map.of("tenant", "acme"));
    limiter.decide(List.of(limit("user"), limit("minute")), Shop.user("alice", ADDRESS));
    for (int i = 0; i < 2; i++) {
      JsonNode answer = api("GET", "/api/v1/limits");
      assertThat(answer.path("statusCode").asInt()).isEqualTo(200);
      JsonNode limits = body(answer).path("limits");
      assertThat(limits.findValuesAsText("limit"))
          .containsExactly("user", "minute", "login", "tenant", "partner", "device");
      assertThat(limits.get(0))
          .hasToString(
              "{\"limit\":\"user\",\"quota\":1,\"window_sec\":3600,\"capacity\":10,\"remaining\":9,"
                  + "\"retry_after_sec\":0,\"reset_sec\":3600}");
      assertThat(limits.get(1).path("remaining").asInt()).isEqualTo(59);
      assertThat(limits.get(3).path("capacity").asInt()).isEqualTo(2);
      assertThat(header(answer, "RateLimit")).startsWith("\"user\";r=9;t=3600, \"minute\";r=59");
      assertThat(header(answer, "X-RateLimit-Limit-Minute")).isEqualTo("10");
    }
  }

  @Test
  void anAnonymousCallerIsCountedByAddress() throws IOException {
    context = Map.of("kind", "none");
    limiter.decide(List.of(limit("user")), Caller.anonymous(ADDRESS, ""));
    JsonNode limits = body(api("GET", "/api/v1/limits")).path("limits");
    assertThat(limits.get(0).path("remaining").asInt()).isEqualTo(9);
    context = caller("gold digger", Optional.of("gold"), Map.of());
    assertThat(body(api("GET", "/api/v1/limits")).path("limits").findValuesAsText("limit"))
        .contains("gold");
  }

  @Test
  void operatorsSeeResetAndOverrideOneKey() throws IOException {
    Caller alice = Shop.user("alice", ADDRESS);
    Limit user = limit("user");
    for (int i = 0; i < 12; i++) {
      limiter.decide(List.of(user), alice);
    }
    JsonNode shown = body(api("GET", "/admin/limits/user", "user", "alice"));
    assertThat(shown.path("remaining").asInt()).isZero();
    assertThat(shown.path("retry_after_ms").asLong()).isBetween(3_590_000L, 3_600_000L);
    assertThat(shown.path("key").asText()).matches("\\{u:.{16}}l:user");
    assertThat(shown.has("override")).isFalse();

    JsonNode set =
        put(
            "/admin/limits/user/override",
            "{\"rate\":\"100/1m\",\"burst\":50,\"for\":\"10m\"}",
            "user",
            "alice");
    assertThat(set.path("statusCode").asInt()).as(set.toString()).isEqualTo(200);
    assertThat(body(set).path("capacity").asInt()).isEqualTo(50);
    assertThat(Instant.parse(body(set).at("/override/ends_at").asText()))
        .isBetween(Instant.now().plusSeconds(590), Instant.now().plusSeconds(610));
    long before = server.executed("evalsha");
    Decision overridden = limiter.decide(List.of(user, limit("minute")), alice);
    assertThat(server.executed("evalsha") - before).isEqualTo(1);
    assertThat(overridden).isInstanceOf(Decision.Admitted.class);
    assertThat(overridden.quotas().getFirst().remaining()).isEqualTo(49);
    assertThat(RateLimitHeaders.of(overridden, Instant.now()).first("RateLimit-Policy"))
        .hasValue("\"user\";q=100;w=60, \"minute\";q=60;w=60");

    assertThat(body(api("DELETE", "/admin/limits/user", "user", "alice")).path("remaining").asInt())
        .isEqualTo(50);
    JsonNode restored = body(api("DELETE", "/admin/limits/user/override", "user", "alice"));
    assertThat(restored.has("override")).isFalse();
    assertThat(restored.path("capacity").asInt()).isEqualTo(10);
    api("DELETE", "/admin/limits/user", "user", "alice");
    assertThat(server.command("EXISTS", shown.path("key").asText())).isEqualTo("0");
  }

  @Test
  void anOverrideEndsByItself() throws IOException {
    put("/admin/limits/login/override", "{\"window\":\"1000/1m\",\"for\":\"1s\"}", "ip", ADDRESS);
    put(
        "/admin/limits/user/override",
        "{\"rate\":\"1/1h\",\"burst\":1,\"for\":\"1s\"}",
        "ip",
        ADDRESS);
    Caller nobody = Caller.anonymous(ADDRESS, "");
    List<Limit> both = List.of(limit("login"), limit("user"));
    assertThat(limiter.decide(both, nobody).quotas())
        .extracting(Quota::remaining)
        .containsExactly(999L, 0L);
    assertThat(limiter.decide(both, nobody)).isInstanceOf(Decision.Refused.class);
    Polling.until(
        Duration.ofSeconds(5),
        "the overrides have ended",
        () -> limiter.look(both, nobody).quotas().stream().allMatch(q -> q.capacity() == 10));
    assertThat(limiter.look(both, nobody).quotas())
        .extracting(Quota::remaining)
        .containsExactly(9L, 9L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /admin/limits/usr | user=a | 404 | expected: one of user, minute
          /admin/limits/user | '' | 422 | "parameter":"ip","detail":"missing (expected: user, or the client's address)"
          /admin/limits/user | user=a&user=b | 422 | "parameter":"user","detail":"several (expected: one)"
          /admin/limits/user | user=a&tier=x | 422 | "detail":"not counted by (expected: of user)"
          /admin/limits/search | user=a | 422 | "parameter":"route","detail":"missing (expected: one of GET /search)"
          /admin/limits/login | ip=nowhere | 422 | "parameter":"ip","detail":"no address
          /admin/limits/partner | apiKey= | 422 | "parameter":"apiKey","detail":"0 characters
          """)
  void aQuestionAboutNobodyIsRefused(String path, String query, int status, String text)
      throws IOException {
    String[] parameters =
        query.isEmpty() ? new String[0] : query.replaceAll("=(&|$)", "= $1").split("[=&]", -1);
    for (int i = 1; i < parameters.length; i += 2) {
      parameters[i] = parameters[i].strip();
    }
    JsonNode answer = api("GET", path, parameters);
    assertThat(answer.path("statusCode").asInt()).isEqualTo(status);
    assertThat(answer.path("body").asText()).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user | {"rate":"5/s"} | 422 | "pointer":"/for"
          user | {"rate":"5/s","for":"31d"} | 422 | 1s to 30d
          user | {"rate":"fast","for":"1h"} | 422 | such as 50/s
          user | {"rate":"5/s","burst":0,"for":"1h"} | 422 | "pointer":"/burst"
          user | {"rate":"5/s","burst":"9","for":"1h"} | 422 | "pointer":"/burst"
          tenant | {"rate":"5/s","burst":1,"for":"1h"} | 422 | 2 to
          user | {"rate":"1/30d","burst":999999999,"for":"1h"} | 422 | from 0 to 1737
          user | {"window":"60/1m","for":"1h"} | 422 | "pointer":"/window"
          login | {"rate":"5/s","for":"1h"} | 422 | "pointer":"/window"
          login | {"window":"60/1h","for":"1h"} | 422 | per 60s, the limit's own window
          user | [1] | 400 | INVALID_REQUEST
          user | '' | 422 | "pointer":"/rate"
          """)
  void anOverrideThatCannotBeIsRefused(String limit, String body, int status, String text)
      throws IOException {
    JsonNode answer = put("/admin/limits/" + limit + "/override", body, "ip", ADDRESS);
    assertThat(answer.path("statusCode").asInt()).isEqualTo(status);
    assertThat(answer.path("body").asText()).contains(text);
    assertThat(server.command("DBSIZE")).isEqualTo("0");
  }

  @Test
  void onlyOperatorsAdminister() throws IOException {
    context = caller("alice", Optional.empty(), Map.of(), "orders:write");
    assertThat(api("GET", "/admin/limits").path("statusCode").asInt()).isEqualTo(403);
    context = Map.of();
    assertThat(api("DELETE", "/admin/limits/user", "user", "alice").path("statusCode").asInt())
        .isEqualTo(401);
    context = caller("operator", Optional.empty(), Map.of(), "gateway:admin");
    JsonNode all = body(api("GET", "/admin/limits")).path("limits");
    assertThat(all).hasSize(SHOP.limits().size());
    assertThat(all.get(0))
        .hasToString(
            "{\"limit\":\"user\",\"by\":[\"user\"],\"tokens\":1,\"per_sec\":3600,\"burst\":10,"
                + "\"cost\":1,\"shadow\":false,\"without_redis\":\"local\"}");
  }

  @Test
  void aDirectInvocationIsADecision() throws IOException {
    JsonNode answer =
        invoke(
            "{\"domain\":\"shop\",\"descriptors\":[{\"key\":\"user\",\"value\":\"alice\",\"cost\":10}]}");
    assertThat(answer.path("decision").asText()).isEqualTo("admitted");
    assertThat(limiter.decide(List.of(limit("user")), Shop.user("alice", ADDRESS)))
        .isInstanceOf(Decision.Refused.class);
  }

  @Test
  void withoutRedisWhatIsLeftIsNotKnown() throws IOException {
    server.pause();
    try {
      Polling.until(
          Duration.ofSeconds(60),
          "Redis is skipped",
          () -> !(redis.ping() instanceof Answered<Duration>));
      JsonNode answer = api("GET", "/api/v1/limits");
      assertThat(answer.path("statusCode").asInt()).isEqualTo(503);
      assertThat(header(answer, "Retry-After")).isEqualTo("1");
      assertThat(api("DELETE", "/admin/limits/user", "user", "a").path("statusCode").asInt())
          .isEqualTo(503);
    } finally {
      server.resume();
      Polling.until(
          Duration.ofSeconds(10),
          "Redis answers",
          () -> redis.ping() instanceof Answered<Duration>);
    }
  }

  private static Limit limit(String name) {
    return Objects.requireNonNull(SHOP.limits().get(name));
  }

  private static Map<String, String> caller(
      String subject, Optional<String> tier, Map<String, String> claims, String... scopes) {
    return new Principal(
            CredentialKind.JWT,
            Shop.ISSUER,
            subject,
            Optional.empty(),
            List.of(),
            List.of(scopes),
            tier,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Instant.now().plusSeconds(600)),
            claims)
        .toContext();
  }

  private JsonNode api(String method, String path, String... query) throws IOException {
    return event(method, path, "", query);
  }

  private JsonNode put(String path, String body, String... query) throws IOException {
    return event("PUT", path, body, query);
  }

  private JsonNode event(String method, String path, String body, String... query)
      throws IOException {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (int i = 0; i < query.length; i += 2) {
      parameters.merge(
          query[i], List.of(query[i + 1]), (a, b) -> List.of(a.getFirst(), b.getFirst()));
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("requestId", "api-request-1");
    request.put("domainName", "api.example.com");
    request.put("identity", Map.of("sourceIp", ADDRESS));
    request.put("authorizer", context);
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("httpMethod", method);
    event.put("path", path);
    event.put("multiValueHeaders", Map.of());
    event.put("multiValueQueryStringParameters", parameters);
    event.put("requestContext", request);
    event.put("isBase64Encoded", false);
    event.put("body", body);
    return invoke(Json.text(json -> Json.value(json, event)));
  }

  private static JsonNode invoke(String event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(UTF_8)),
        output,
        new Invocation(Duration.ofSeconds(10)));
    return new ObjectMapper().readTree(output.toByteArray());
  }

  private static JsonNode body(JsonNode answer) throws IOException {
    return new ObjectMapper().readTree(answer.path("body").asText());
  }

  private static String header(JsonNode answer, String name) {
    return answer.path("multiValueHeaders").path(name).path(0).asText();
  }
}
