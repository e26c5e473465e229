package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.TurnCountingRelay;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Circuit breakers through the whole pipeline: several environments, one real Redis. */
final class CircuitBreakerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");
  private static final Duration OPEN = Duration.ofSeconds(1);

  @RegisterExtension static final Fleet FLEET = new Fleet();

  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private RawServer sick;
  private RawServer healthy;
  private Gateway gateway;
  private FrontDoor one;
  private FrontDoor other;

  @BeforeEach
  void start() throws IOException {
    sick = new RawServer((request, connection) -> answer(connection));
    healthy = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    gateway =
        Fleet.gateway(
            """
            limits:
              wide: {by: ip, rate: 10000/s}
              narrow: {by: "header:X-Who", window: 1/1h}
            services:
              sick: {url: "%s", timeout: {request: 5s}, retry: {attempts: 1}, breaker: {failures: 3, open: 1s, successes: 2}}
              healthy: {url: "%s"}
            routes:
              - {match: GET /sick, to: sick, allow: public, limits: [wide]}
              - {match: GET /sick/free, to: sick, allow: public}
              - {match: GET /sick/narrow, to: sick, allow: public, limits: [narrow]}
              - {match: GET /healthy, to: healthy, allow: public, limits: [wide]}
            """
                .formatted(sick.url(), healthy.url()));
    one = FLEET.environment(gateway);
    other = FLEET.environment(gateway);
  }

  @AfterEach
  void stop() throws IOException {
    gate.get().countDown();
    sick.close();
    healthy.close();
  }

  @Test
  void whatOneEnvironmentSeesFailingAllLeaveAlone() throws IOException {
    fail(one, 3);
    Answer refused = Fleet.get(other, "/sick");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(refused.all("Retry-After")).containsExactly("1");
    assertThat(refused.problem().path("service").textValue()).isEqualTo("sick");
    assertThat(refused.problem().path("retry_after_sec").intValue()).isEqualTo(1);
    assertThat(Fleet.get(one, "/sick/free").code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(sick.requests()).hasSize(3);
  }

  @Test
  void failuresOfSeveralEnvironmentsAddUp() throws IOException {
    fail(one, 1);
    fail(other, 1);
    fail(one, 1);
    assertThat(Fleet.get(other, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 429, 501, 505})
  void whatARequestBringsAboutIsNoFailure(int refusal) throws IOException {
    status.set(refusal);
    for (int i = 0; i < 6; i++) {
      assertThat(Fleet.get(one, "/sick").status()).isEqualTo(refusal);
    }
    assertThat(FLEET.server().command("KEYS", "circuit:*")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 507})
  void otherStatusesOf5xxAre(int failure) throws IOException {
    status.set(failure);
    for (int i = 0; i < 3; i++) {
      assertThat(Fleet.get(one, "/sick").status()).isEqualTo(failure);
    }
    assertThat(Fleet.get(other, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
  }

  @Test
  void aServiceThatIsGoneOpensItsCircuit() throws IOException {
    sick.close();
    for (int i = 0; i < 3; i++) {
      assertThat(Fleet.get(one, "/sick").code()).isEqualTo("UPSTREAM_ERROR");
    }
    assertThat(Fleet.get(other, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
  }

  @Test
  void oneProbeAtATimeFleetWideAndAfterEnoughOfThemAllGoOn() throws Exception {
    fail(one, 3);
    pass(OPEN);
    int before = sick.requests().size();
    status.set(200);
    gate.set(new CountDownLatch(1));
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      answers.add(callers.submit(() -> Fleet.get(one, "/sick")));
      Polling.until(
          Duration.ofSeconds(5), "a probe arrived", () -> sick.requests().size() > before);
      for (int i = 0; i < 20; i++) {
        Answer refused = Fleet.get(i % 2 == 0 ? one : other, "/sick");
        assertThat(refused.code()).isEqualTo("CIRCUIT_OPEN");
        assertThat(refused.all("Retry-After")).containsExactly("1");
      }
      assertThat(sick.requests()).hasSize(before + 1);
      gate.get().countDown();
      assertThat(answers.getFirst().get().status()).isEqualTo(200);
    }
    assertThat(state()).isEqualTo("half_open");
    assertThat(Fleet.get(other, "/sick").status()).isEqualTo(200);
    assertThat(state()).isEqualTo("closed");
    assertThat(FLEET.server().command("KEYS", "circuit:*")).isEmpty();
  }

  @Test
  void aProbeThatFailsOpensItAgain() throws IOException {
    fail(one, 3);
    pass(OPEN);
    assertThat(Fleet.get(other, "/sick").status()).isEqualTo(500);
    assertThat(Fleet.get(one, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(sick.requests()).hasSize(4);
  }

  @Test
  void aServiceThatFlapsIsTriedOncePerPauseUntilItStays() throws IOException {
    fail(one, 3);
    for (int round = 0; round < 2; round++) {
      pass(OPEN);
      status.set(200);
      assertThat(Fleet.get(other, "/sick").status()).isEqualTo(200);
      status.set(500);
      assertThat(Fleet.get(one, "/sick").status()).isEqualTo(500);
      for (int i = 0; i < 10; i++) {
        assertThat(Fleet.get(i % 2 == 0 ? one : other, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
      }
    }
    assertThat(sick.requests()).hasSize(3 + 2 * 2);
    pass(OPEN);
    status.set(200);
    for (int i = 0; i < 5; i++) {
      assertThat(Fleet.get(other, "/sick").status()).isEqualTo(200);
    }
  }

  @Test
  void whoIsRefusedByALimitLeavesTheProbeToTheNext() throws IOException {
    ApiEvent counted = ApiEvent.of("GET", "/sick/narrow").with("X-Who", "me");
    assertThat(Shop.serve(one, counted).status()).isEqualTo(200);
    fail(one, 3);
    pass(OPEN);
    status.set(200);
    assertThat(Shop.serve(one, counted).code()).isEqualTo("RATE_LIMITED");
    assertThat(Fleet.get(other, "/sick").status()).isEqualTo(200);
  }

  @Test
  void aHealthyServiceCostsOneRoundTripWithoutAWriteAlsoBesideASickOne() throws IOException {
    fail(one, 3);
    try (TurnCountingRelay relay = TurnCountingRelay.to(FLEET.server().address())) {
      FrontDoor measured = FLEET.environment(gateway, relay.address(), new ManualClock());
      Fleet.get(measured, "/healthy");
      int turns = relay.turns();
      long scripts = FLEET.server().executed("evalsha");
      long hashes = FLEET.server().executed("hset");
      long looks = FLEET.server().executed("exists");
      for (int i = 0; i < 10; i++) {
        assertThat(Fleet.get(measured, "/healthy").status()).isEqualTo(200);
      }
      assertThat(relay.turns() - turns).isEqualTo(10);
      assertThat(FLEET.server().executed("evalsha") - scripts)
          .as("scripts, one of the limit for each request")
          .isEqualTo(10);
      assertThat(FLEET.server().executed("exists") - looks).isEqualTo(10);
      assertThat(FLEET.server().executed("hset") - hashes).isZero();
    }
    assertThat(FLEET.server().command("EXISTS", "circuit:{healthy}", "circuit:{healthy}:failures"))
        .isEqualTo("0");
    assertThat(healthy.requests()).hasSize(11);
  }

  @Test
  void withoutRedisEachEnvironmentGoesByItsOwnFailures() throws IOException {
    ManualClock clock = new ManualClock();
    FrontDoor lonely = FLEET.environment(gateway, FLEET.server().address(), clock);
    FrontDoor blank = FLEET.environment(gateway, FLEET.server().address(), clock);
    FLEET.server().kill();
    try {
      fail(lonely, 3);
      assertThat(Fleet.get(lonely, "/sick/free").code()).isEqualTo("CIRCUIT_OPEN");
      status.set(200);
      assertThat(Fleet.get(blank, "/sick/free").status()).isEqualTo(200);
      clock.advance(OPEN);
      assertThat(Fleet.get(lonely, "/sick/free").status()).isEqualTo(200);
    } finally {
      FLEET.server().restart();
    }
  }

  @Test
  void detailedHealthShowsIt() throws IOException {
    fail(one, 2);
    JsonNode breaker = breaker();
    assertThat(breaker.path("state").textValue()).isEqualTo("closed");
    assertThat(breaker.path("failure_count").intValue()).isEqualTo(2);
    assertThat(breaker.path("time_until_retry").intValue()).isZero();
    fail(one, 1);
    assertThat(breaker().path("state").textValue()).isEqualTo("open");
    assertThat(breaker().path("time_until_retry").intValue()).isEqualTo(1);
    assertThat(health().path("status").textValue()).isEqualTo("degraded");
    assertThat(health().at("/services/healthy/breaker/state").textValue()).isEqualTo("closed");
  }

  @Test
  void anOperatorHoldsItOpenOrClosedAndLetsItGo() throws IOException {
    assertThat(put("{\"state\":\"open\"}").path("breaker").path("held").booleanValue()).isTrue();
    assertThat(Fleet.get(other, "/sick").all("Retry-After")).containsExactly("1");
    assertThat(sick.requests()).isEmpty();
    put("{\"state\":\"closed\"}");
    fail(one, 6);
    assertThat(Fleet.get(other, "/sick").status()).isEqualTo(500);
    JsonNode let = put("{\"state\":\"auto\"}");
    assertThat(let.path("breaker").path("held").booleanValue()).isFalse();
    assertThat(let.path("settings").path("failures").intValue()).isEqualTo(3);
    fail(one, 3);
    assertThat(Fleet.get(other, "/sick").code()).isEqualTo("CIRCUIT_OPEN");
    JsonNode listed = JSON.readTree(Shop.serve(one, operator("GET", "/admin/services")).body());
    assertThat(listed.path("services").findValuesAsText("service"))
        .containsExactly("sick", "healthy");
    assertThat(listed.path("services").findValuesAsText("state")).containsExactly("open", "closed");
  }

  @Test
  void nobodyElseMayAndNothingElseCanBeSaid() throws IOException {
    ApiEvent path = ApiEvent.of("PUT", "/admin/services/sick").body("{\"state\":\"open\"}");
    assertThat(Shop.serve(one, path).status()).isEqualTo(401);
    assertThat(Shop.serve(one, path.as("eve", LATER, "gateway:read")).status()).isEqualTo(403);
    Answer wrong =
        Shop.serve(one, operator("PUT", "/admin/services/sick").body("{\"state\":\"ajar\"}"));
    assertThat(wrong.code()).isEqualTo("VALIDATION_FAILED");
    assertThat(wrong.problem().at("/violations/0/pointer").textValue()).isEqualTo("/state");
    assertThat(Shop.serve(one, operator("PUT", "/admin/services/sick").body("{}")).status())
        .isEqualTo(422);
    assertThat(Shop.serve(one, operator("GET", "/admin/services/none")).code())
        .isEqualTo("NOT_FOUND");
    assertThat(Fleet.get(other, "/sick").status()).isEqualTo(200);
  }

  @Test
  void withoutRedisAnOperatorIsToldThatNothingChanged() throws IOException {
    FLEET.server().kill();
    try {
      Answer answer =
          Shop.serve(one, operator("PUT", "/admin/services/sick").body("{\"state\":\"open\"}"));
      assertThat(answer.code()).isEqualTo("SERVICE_UNAVAILABLE");
      assertThat(answer.all("Retry-After")).containsExactly("1");
    } finally {
      FLEET.server().restart();
    }
  }

  private void answer(Socket connection) throws IOException, InterruptedException {
    gate.get().await();
    String octets = "HTTP/1.1 " + status.get() + " X\r\nContent-Length: 0\r\n\r\n";
    connection.getOutputStream().write(octets.getBytes(ISO_8859_1));
  }

  private void fail(FrontDoor door, int times) throws IOException {
    status.set(500);
    for (int i = 0; i < times; i++) {
      assertThat(Fleet.get(door, "/sick").status()).isEqualTo(500);
    }
  }

  private JsonNode health() throws IOException {
    return JSON.readTree(Fleet.get(other, "/api/v1/health/detailed").body());
  }

  private JsonNode breaker() throws IOException {
    return health().at("/services/sick/breaker");
  }

  private String state() throws IOException {
    return breaker().path("state").textValue();
  }

  private JsonNode put(String body) throws IOException {
    Answer answer = Shop.serve(one, operator("PUT", "/admin/services/sick").body(body));
    assertThat(answer.status()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static ApiEvent operator(String method, String path) {
    return ApiEvent.of(method, path).as("operator", LATER, "gateway:admin");
  }

  /** Lets this much time pass on the clock of Redis. */
  private static void pass(Duration duration) {
    long end = System.nanoTime() + duration.plusMillis(5).toNanos();
    Polling.until(duration.plusSeconds(5), "time has passed", () -> System.nanoTime() >= end);
  }
}
