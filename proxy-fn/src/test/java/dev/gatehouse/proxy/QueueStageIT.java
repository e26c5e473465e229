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
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.proxy.Proxy.Outside;
import dev.gatehouse.proxy.Proxy.Policies;
import dev.gatehouse.queue.Holder;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Pass;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes behind a queue: who comes through, and that nobody else reaches the back end. */
final class QueueStageIT {
  private static final Names NAMES = Names.ofSystem(InstantSource.system());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(600);
  private static final String SECRET = "{\"key\":\"" + "k".repeat(64) + "\"}";
  private static final String OTHER = "{\"key\":\"" + "o".repeat(64) + "\"}";
  private static final Passes PASSES = passes(SECRET);
  private static final Holder ALICE =
      Holder.of(
          Principal.fromContext(ApiEvent.of("GET", "/").as("alice", LATER).context())
              .orElseThrow());

  private static RealRedis server;
  private static Redis redis;
  private RawServer backEnd;
  private HttpUpstream http;

  @BeforeAll
  static void startRedis() {
    server = RealRedis.start();
    redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofMillis(200), Duration.ofSeconds(30), Optional.empty()),
            InstantSource.system());
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    backEnd = RawServer.answering("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
    http = HttpUpstream.to(List.of(), NAMES);
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    backEnd.close();
  }

  @Test
  void aPassOpensTheRouteFromTheFieldTheBodyOrTheCookie() throws IOException {
    String pass = pass(PASSES, "onsale", "evt-1", ALICE, NOW, LATER);
    assertThat(status(buy("evt-1").with("X-Queue-Pass", pass))).isEqualTo(201);
    assertThat(status(buy("evt-1").with("Cookie", "a=b; __Host-gh-pass=" + pass))).isEqualTo(201);
    assertThat(
            status(
                buy("evt-1")
                    .body("{\"event_id\":\"evt-1\",\"reservation_token\":\"" + pass + "\"}")))
        .isEqualTo(201);
    String ended = pass(PASSES, "onsale", "evt-1", ALICE, NOW.minusSeconds(60), NOW);
    assertThat(status(buy("evt-1").with("X-Queue-Pass", pass, "Cookie", "__Host-gh-pass=" + ended)))
        .isEqualTo(201);
    assertThat(backEnd.requests()).hasSize(4);
  }

  @Test
  void whatIsNoPassOfTheCallersForThisQueueAndEventOpensNothing() throws IOException {
    String genuine = pass(PASSES, "onsale", "evt-1", ALICE, NOW, LATER);
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("x", "not one of ours");
    hostile.put(genuine + "x", "not one of ours");
    hostile.put(genuine.substring(0, genuine.length() - 8) + "AAAAAAAA", "not one of ours");
    hostile.put(genuine.substring(0, genuine.lastIndexOf('.') + 1), "not one of ours");
    hostile.put(pass(passes(OTHER), "onsale", "evt-1", ALICE, NOW, LATER), "not one of ours");
    hostile.put(pass(PASSES, "onsale", "evt-1", ALICE, NOW.minusSeconds(9), NOW), "ended");
    hostile.put(pass(PASSES, "onsale", "evt-1", ALICE, LATER, LATER.plusSeconds(1)), "ended");
    hostile.put(
        pass(PASSES, "onsale", "evt-1", Holder.visitor("mallory"), NOW, LATER), "another holder's");
    hostile.put(pass(PASSES, "vip", "evt-1", ALICE, NOW, LATER), "another queue's");
    hostile.put(pass(PASSES, "onsale", "evt-2", ALICE, NOW, LATER), "another event's");
    for (Map.Entry<String, String> entry : hostile.entrySet()) {
      assertRefused(buy("evt-1").with("X-Queue-Pass", entry.getKey()), entry.getValue());
    }
    assertRefused(buy("evt-1"), "missing");
    assertRefused(buy("evt-1").body("no JSON").with("X-Queue-Pass", genuine), "another event's");
    assertRefused(buy("evt-1").body("{}").with("X-Queue-Pass", genuine), "another event's");
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void aRefusalSaysWhereToJoin() throws IOException {
    JsonNode problem = problem(serve(buy("evt-1")));
    assertThat(problem.path("join_url").textValue()).isEqualTo("/api/v1/queue/join");
    assertThat(problem.path("waiting_room_url").textValue()).isEqualTo("/waiting-room/evt-1");
    assertThat(problem.path("queue").textValue()).isEqualTo("onsale");
  }

  @Test
  void aVisitorsPassIsGoodWithTheVisitorsCookie() throws IOException {
    String pass = pass(PASSES, "onsale", "evt-1", Holder.visitor("v-1"), NOW, LATER);
    assertRefused(buy("evt-1").with("X-Queue-Pass", pass), "another holder's");
    assertRefused(
        buy("evt-1").with("X-Queue-Pass", pass, "Cookie", "__Host-gh-visitor=v-2"),
        "another holder's");
    assertThat(status(buy("evt-1").with("X-Queue-Pass", pass, "Cookie", "__Host-gh-visitor=v-1")))
        .isEqualTo(201);
  }

  @Test
  void theEventMayStandInThePath() throws IOException {
    String pass = pass(PASSES, "onsale", "evt-1", ALICE, NOW, LATER);
    ApiEvent right = ApiEvent.of("POST", "/events/evt-1/orders").as("alice", LATER);
    ApiEvent wrong = ApiEvent.of("POST", "/events/evt-2/orders").as("alice", LATER);
    assertThat(status(right.with("X-Queue-Pass", pass))).isEqualTo(201);
    assertRefused(wrong.with("X-Queue-Pass", pass), "another event's");
  }

  @Test
  void withoutTheKeysOfPassesTheRouteIsClosed() throws IOException {
    String pass = pass(PASSES, "onsale", "evt-1", ALICE, NOW, LATER);
    JsonNode answer = serve(door(passes("")), buy("evt-1").with("X-Queue-Pass", pass));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(503);
    assertThat(backEnd.requests()).isEmpty();
  }

  @Test
  void aRouteThatReleasesWorksWithoutASlotAndWithoutRedis() throws IOException {
    ApiEvent confirm = ApiEvent.of("POST", "/confirm").as("alice", LATER);
    assertThat(status(confirm)).isEqualTo(201);
    server.pause();
    try {
      assertThat(status(confirm)).isEqualTo(201);
    } finally {
      server.resume();
    }
  }

  private static Passes passes(String secret) {
    return new Passes(Keyring.of(() -> secret, InstantSource.fixed(NOW)), InstantSource.fixed(NOW));
  }

  private static String pass(
      Passes passes, String queue, String event, Holder holder, Instant from, Instant until) {
    return passes.write(new Pass(queue, event, holder, 1, from, until)).orElseThrow();
  }

  private static ApiEvent buy(String event) {
    return ApiEvent.of("POST", "/buy").as("alice", LATER).body("{\"event_id\":\"" + event + "\"}");
  }

  private void assertRefused(ApiEvent event, String why) throws IOException {
    JsonNode answer = serve(event);
    assertThat(answer.path("statusCode").intValue()).as(why).isEqualTo(403);
    assertThat(problem(answer).path("code").textValue()).isEqualTo("QUEUE_PASS_REQUIRED");
    assertThat(problem(answer).path("pass").textValue()).isEqualTo(why);
  }

  private int status(ApiEvent event) throws IOException {
    return serve(event).path("statusCode").intValue();
  }

  private JsonNode serve(ApiEvent event) throws IOException {
    return serve(door(PASSES), event);
  }

  private static JsonNode serve(FrontDoor door, ApiEvent event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    door.serve(
        new ByteArrayInputStream(event.json()), output, new Invocation(Duration.ofSeconds(20)));
    return JSON.readTree(output.toByteArray());
  }

  private static JsonNode problem(JsonNode answer) throws IOException {
    String body = answer.path("body").textValue();
    return JSON.readTree(
        answer.path("isBase64Encoded").booleanValue()
            ? new String(Base64.getDecoder().decode(body), UTF_8)
            : body);
  }

  private FrontDoor door(Passes passes) {
    Gateway gateway = gateway(backEnd.url());
    InstantSource clock = InstantSource.fixed(NOW);
    CircuitBreaker breaker = CircuitBreaker.in(redis, clock);
    return Proxy.frontDoor(
        gateway,
        new Health(gateway, "1", "live", Map.of(), Map.of(), http, breaker, _ -> Map.of()),
        new Policies(
            redis,
            RedisAnswers.in(redis),
            new RateLimiter(redis, 1, clock),
            breaker,
            new Revocations(ids -> new AccessFacts.Reading.Known(Map.of()), clock),
            passes,
            Slots.in(redis),
            new Ledger(new Dynamo(), "none", clock)),
        new Outside(http, NAMES, new OwnZone(Map.of(), http, clock), clock),
        new GatewayMetrics());
  }

  private static Gateway gateway(String url) {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks", audiences: [shop], algorithms: [RS256]}
        queues:
          onsale: {events: [evt-*], admit: 1/s, capacity: 2}
          vip: {admit: 1/s, capacity: 2}
        services: {a: {url: "%s"}}
        routes:
          - {match: POST /buy, to: a, allow: jwt, queue: {name: onsale, event: /event_id}}
          - {match: POST /events/*/orders, to: a, allow: jwt, queue: {name: onsale, event: "path:events"}}
          - {match: POST /confirm, to: a, allow: jwt, releases: onsale}
        """
            .formatted(url);
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid invalid -> throw new AssertionError(invalid.faults());
    };
  }
}
