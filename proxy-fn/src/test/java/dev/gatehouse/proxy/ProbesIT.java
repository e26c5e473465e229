package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.TurnCountingRelay;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one function finds by probes and others leave out, over one real Redis. */
final class ProbesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TICK =
      """
      {"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","account":"1",
       "time":"2026-11-22T00:00:00Z","region":"eu-central-1","resources":["arn"],"detail":{}}
      """;

  @RegisterExtension static final Fleet FLEET = new Fleet();

  private final ManualClock clock = new ManualClock();

  /** What the probed paths of the two servers answer; empty: 200. */
  private final ConcurrentLinkedQueue<Integer> ofOne = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<Integer> ofTwo = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private RawServer one;
  private RawServer two;
  private RawServer slow;
  private Gateway gateway;
  private ProbeHandler prober;
  private FrontDoor environment;

  @BeforeEach
  void start() throws IOException {
    one = new RawServer((request, connection) -> answer(request, connection, ofOne));
    two = new RawServer((request, connection) -> answer(request, connection, ofTwo));
    slow = new RawServer((request, connection) -> end.await());
    gateway =
        Fleet.gateway(
            """
            limits:
              wide: {by: ip, rate: 10000/s}
            services:
              pair: {urls: ["%1$s", "%2$s/base"], health: {path: /health}, retry: {attempts: 1}}
              plain: {urls: ["%1$s", "%2$s"], retry: {attempts: 1}}
              single: {url: "%1$s", health: {path: /health}}
            routes:
              - {match: GET /pair, to: pair, allow: public, limits: [wide]}
              - {match: GET /plain, to: plain, allow: public, limits: [wide]}
              - {match: GET /single, to: single, allow: public, limits: [wide]}
            """
                .formatted(one.url(), two.url()));
    prober = FLEET.prober(gateway, clock, ProbeRound.BOUND);
    environment = FLEET.environment(gateway, FLEET.server().address(), clock);
  }

  @AfterEach
  void stop() throws IOException {
    end.countDown();
    one.close();
    two.close();
    slow.close();
  }

  @Test
  void whatOneFunctionFoundDownAnotherLeavesOutUntilItRecovers() throws IOException {
    round();
    hear();
    assertThat(calls("/pair", 10)).containsExactly(5, 5);

    sick(ofTwo);
    assertThat(round().path("down").intValue()).isEqualTo(1);
    hear();
    assertThat(calls("/pair", 10)).containsExactly(10, 0);
    assertThat(calls("/plain", 10)).containsExactly(5, 5);

    ofTwo.clear();
    assertThat(round().path("down").intValue()).isZero();
    hear();
    assertThat(calls("/pair", 10)).containsExactly(5, 5);
  }

  @Test
  void whatRedisHasForgottenIsNotKnown() throws IOException {
    sick(ofTwo);
    round();
    hear();
    assertThat(calls("/pair", 10)).containsExactly(10, 0);
    FLEET.empty();
    hear();
    assertThat(calls("/pair", 10)).containsExactly(5, 5);
  }

  @Test
  void aReportEndsByItself() throws IOException {
    round();
    for (String service : List.of("pair", "single")) {
      long left = Long.parseLong(FLEET.server().command("PTTL", "probes:{" + service + "}"));
      assertThat(left).isBetween(1L, ProbeReport.EXPIRY.toMillis());
      assertThat(left).isGreaterThan(ProbeReport.EXPIRY.minusSeconds(30).toMillis());
    }
    assertThat(FLEET.server().command("EXISTS", "probes:{plain}")).isEqualTo("0");
  }

  @Test
  void withoutRedisTheLastReportHoldsUntilItExpires() throws IOException {
    sick(ofTwo);
    round();
    hear();
    assertThat(calls("/pair", 4)).containsExactly(4, 0);
    FLEET.server().kill();
    try {
      hear();
      assertThat(calls("/pair", 4)).containsExactly(4, 0);
      clock.advance(ProbeReport.EXPIRY);
      assertThat(calls("/pair", 4)).containsExactly(2, 2);
    } finally {
      FLEET.server().restart();
    }
  }

  @Test
  void whereAllAreDownAllAreCalled() throws IOException {
    sick(ofTwo);
    round();
    hear();
    assertThat(calls("/pair", 10)).containsExactly(10, 0);
    sick(ofOne);
    sick(ofTwo);
    assertThat(round().path("down").intValue()).isEqualTo(3);
    hear();
    assertThat(calls("/pair", 10)).containsExactly(5, 5);
  }

  @Test
  void theQuestionSharesTheRoundTripAndIsAskedOnceInFiveSeconds() throws IOException {
    try (TurnCountingRelay relay = TurnCountingRelay.to(FLEET.server().address())) {
      FrontDoor door = FLEET.environment(gateway, relay.address(), clock);
      Fleet.get(door, "/plain");
      long before = FLEET.server().executed("get");
      int turns = relay.turns();
      for (int i = 0; i < 10; i++) {
        Fleet.get(door, "/pair");
      }
      assertThat(relay.turns() - turns).isEqualTo(10);
      assertThat(FLEET.server().executed("get") - before).isEqualTo(1);
      clock.advance(ProbeNews.FRESH);
      Fleet.get(door, "/pair");
      assertThat(FLEET.server().executed("get") - before).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/single"})
  void whereNothingCanBeLeftOutNothingIsAsked(String path) throws IOException {
    long before = FLEET.server().executed("get");
    Fleet.get(environment, path);
    hear();
    Fleet.get(environment, path);
    assertThat(FLEET.server().executed("get")).isEqualTo(before);
    Fleet.get(environment, "/pair");
    assertThat(FLEET.server().executed("get")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @CsvSource({"503 503 200,up,3", "503 503 503 200,down,3", "399,up,1", "400 400 400,down,3"})
  void anInstanceIsUpAtItsFirstSuccessAndDownAfterThreeFailures(
      String answers, String status, int probes) throws IOException {
    for (String answer : answers.split(" ", -1)) {
      ofTwo.add(Integer.valueOf(answer));
    }
    round();
    assertThat(two.requests())
        .hasSize(probes)
        .allMatch(text -> text.startsWith("GET /base/health"));
    assertThat(two.requests().getFirst()).contains("User-Agent: gatehouse-probe");
    assertThat(FLEET.server().command("GET", "probes:{pair}"))
        .contains(status + " " + two.url() + "/base 127.0.0.1");
  }

  @Test
  void anInstanceThatIsGoneOrTooSlowIsDown() throws IOException {
    one.close();
    ProbeHandler other = FLEET.prober(gatewayOf(one.url(), slow.url()), clock, ProbeRound.BOUND);
    assertThat(round(other).path("down").intValue()).isEqualTo(2);
  }

  @Test
  void whatThereWasNoTimeForIsNotKnown() throws IOException {
    ProbeHandler hurried =
        FLEET.prober(gatewayOf(two.url(), slow.url()), clock, Duration.ofMillis(800));
    JsonNode summary = round(hurried);
    assertThat(summary.path("undecided").intValue()).isEqualTo(1);
    assertThat(summary.path("down").intValue()).isZero();
    assertThat(FLEET.server().command("GET", "probes:{s}"))
        .contains("up " + two.url())
        .doesNotContain(slow.url());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "x",
        "{\"source\":\"aws.events\",\"detail-type\":\"EC2 Instance State-change Notification\"}",
        "{\"source\":\"mine\",\"detail-type\":\"Scheduled Event\"}"
      })
  void anotherEventIsNoRound(String event) {
    assertThatThrownBy(() -> serve(prober, event))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    assertThat(one.requests()).isEmpty();
    assertThat(FLEET.server().command("EXISTS", "probes:{pair}")).isEqualTo("0");
  }

  @Test
  void withoutRedisTheInvocationFailsAndNothingIsProbed() {
    FLEET.server().kill();
    try {
      assertThatThrownBy(() -> serve(prober, TICK))
          .isInstanceOfSatisfying(
              GatewayException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
      assertThat(one.requests()).isEmpty();
    } finally {
      FLEET.server().restart();
    }
  }

  @Test
  void detailedHealthShowsInstancesAndTheAgeOfTheRound() throws IOException {
    assertThat(detailed("pair").has("instances")).isFalse();
    sick(ofTwo);
    round();
    clock.advance(Duration.ofSeconds(12));
    JsonNode pair = detailed("pair");
    assertThat(pair.path("probed_sec_ago").intValue()).isEqualTo(12);
    assertThat(pair.path("instances").toString())
        .isEqualTo(
            """
            [{"url":"%s","address":"127.0.0.1","status":"up"},\
            {"url":"%s/base","address":"127.0.0.1","status":"down"}]"""
                .formatted(one.url(), two.url()));
    assertThat(detailed("plain").has("instances")).isFalse();
    assertThat(detailed("plain").has("probed_sec_ago")).isFalse();
  }

  private static void answer(
      String request, Socket connection, ConcurrentLinkedQueue<Integer> answers)
      throws IOException {
    Integer told = request.contains("/health") ? answers.poll() : null;
    String octets = "HTTP/1.1 " + (told == null ? 200 : told) + " X\r\nContent-Length: 2\r\n\r\n{}";
    connection.getOutputStream().write(octets.getBytes(ISO_8859_1));
  }

  /** For two rounds, as {@code single} shares the first server. */
  private static void sick(ConcurrentLinkedQueue<Integer> answers) {
    for (int i = 0; i < 4 * ProbeRound.PROBES; i++) {
      answers.add(503);
    }
  }

  private JsonNode round() throws IOException {
    return round(prober);
  }

  private static JsonNode round(ProbeHandler prober) throws IOException {
    return JSON.readTree(serve(prober, TICK));
  }

  private static byte[] serve(ProbeHandler prober, String event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    prober.handleRequest(
        new ByteArrayInputStream(event.getBytes(UTF_8)),
        output,
        new Invocation(Duration.ofSeconds(30)));
    return output.toByteArray();
  }

  /** Lets what was heard grow old, and the next request ask again. */
  private void hear() {
    clock.advance(ProbeNews.FRESH);
  }

  /** How many of so many requests each of the two has served. */
  private List<Integer> calls(String path, int number) throws IOException {
    long beforeOne = served(one);
    long beforeTwo = served(two);
    for (int i = 0; i < number; i++) {
      assertThat(Fleet.get(environment, path).status()).isEqualTo(200);
    }
    return List.of((int) (served(one) - beforeOne), (int) (served(two) - beforeTwo));
  }

  private static long served(RawServer server) {
    return server.requests().stream().filter(text -> !text.contains("/health")).count();
  }

  private JsonNode detailed(String service) throws IOException {
    return JSON.readTree(Fleet.get(environment, "/api/v1/health/detailed").body())
        .at("/services/" + service);
  }

  private static Gateway gatewayOf(String first, String second) {
    return Fleet.gateway(
        """
        services:
          s: {urls: ["%s", "%s"], health: {path: /health}}
        routes:
          - {match: GET /s, to: s, allow: public}
        """
            .formatted(first, second));
  }
}
