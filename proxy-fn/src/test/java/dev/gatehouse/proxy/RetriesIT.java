package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.Polling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retries and instances through the whole pipeline. */
final class RetriesIT {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

  /** The connection ends without an answer. */
  private static final String BREAK = "";

  @RegisterExtension static final Fleet FLEET = new Fleet();

  private final Deque<String> answers = new ArrayDeque<>();
  private final List<RawServer> servers = new ArrayList<>();
  private RawServer server;

  @BeforeEach
  void start() throws IOException {
    server = serving(this::next);
  }

  @AfterEach
  void stop() throws IOException {
    for (RawServer one : servers) {
      one.close();
    }
  }

  /** What a server says to its next request. */
  @FunctionalInterface
  private interface Script {
    String next();
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void aSafeRequestIsMadeAgainWhenTheServiceIsAwayForAMoment(int status) throws IOException {
    say("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n", BREAK, OK);
    assertThat(get(environment("")).status()).isEqualTo(200);
    assertThat(server.requests()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 505, 429, 404})
  void whatWillBeAnsweredTheSameAgainIsNotAskedAgain(int status) throws IOException {
    say("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n", OK);
    assertThat(get(environment("")).status()).isEqualTo(status);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void callsInAllAreBounded() throws IOException {
    say(BUSY, BUSY, BUSY, OK);
    assertThat(get(environment("retry: {attempts: 2}")).status()).isEqualTo(503);
    assertThat(server.requests()).hasSize(2);
    say(BUSY, OK);
    assertThat(get(environment("retry: {attempts: 1}")).status()).isEqualTo(503);
    say(BUSY, OK);
    assertThat(get(environment("retry: {budget: 0%}")).status()).isEqualTo(503);
  }

  @Test
  void whatMayHaveArrivedAndMustNotHappenTwiceIsSentOnce() throws IOException {
    say(BUSY, OK);
    assertThat(post(environment("")).status()).isEqualTo(503);
    assertThat(server.requests()).hasSize(1);
    say(BREAK, OK);
    assertThat(post(environment("")).status()).isEqualTo(502);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void whatWasNeverSentIsSentElsewhereWhateverItIs() throws IOException {
    FrontDoor door =
        FLEET.environment(Fleet.gateway(sections(List.of(closed(), server.url()), "")));
    for (int i = 0; i < 6; i++) {
      say(OK);
      assertThat(post(door).status()).isEqualTo(200);
    }
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void aServiceThatNamesAMomentGetsIt() throws IOException {
    say("HTTP/1.1 503 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n", OK);
    FrontDoor door = environment("");
    long started = System.nanoTime();
    assertThat(get(door).status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "86400", "Fri, 31 Dec 2100 23:59:59 GMT"})
  void aServiceThatNamesALaterTimeIsLeftToTheClient(String later) throws IOException {
    say("HTTP/1.1 503 X\r\nRetry-After: " + later + "\r\nContent-Length: 0\r\n\r\n", OK);
    Answer answer = get(environment(""));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.all("Retry-After")).containsExactly(later);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void noCallBeginsThatCouldNotEndInTime() throws IOException {
    FrontDoor door =
        environment("timeout: {request: 300ms}, retry: {attempts: 10, backoff: 10s, budget: 100%}");
    long started = System.nanoTime();
    assertThat(get(door).status()).isEqualTo(503);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aDeadServiceGetsAtMostATenthMore() throws IOException {
    FrontDoor door = environment("retry: {attempts: 3, backoff: 1ms}, breaker: {failures: 10000}");
    int warm = 60;
    for (int i = 0; i < warm; i++) {
      say(OK);
      assertThat(get(door).status()).isEqualTo(200);
    }
    int requests = 200;
    for (int i = 0; i < requests; i++) {
      assertThat(get(door).status()).isEqualTo(503);
    }
    assertThat(server.requests().size() - warm).isBetween(requests + 1, requests * 11 / 10);
  }

  @Test
  void theBreakerEndsRetriesAsWell() throws IOException {
    FrontDoor door = environment("retry: {attempts: 3, backoff: 1ms}");
    for (int i = 0; i < 100; i++) {
      assertThat(get(door).status()).isEqualTo(503);
    }
    assertThat(server.requests()).hasSize(5 + RetryBudget.LEAST);
  }

  @Test
  void aProbeIsOneCall() throws IOException {
    FrontDoor door = environment("retry: {backoff: 1ms}, breaker: {failures: 1, open: 1s}");
    assertThat(get(door).status()).isEqualTo(503);
    assertThat(get(door).code()).isEqualTo("CIRCUIT_OPEN");
    int before = server.requests().size();
    Polling.until(
        Duration.ofSeconds(5),
        "a probe is made",
        () -> server.requests().size() > before || asked(door));
    assertThat(get(door).code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(server.requests()).hasSize(before + 1);
  }

  /** Asks and never says that it was enough. */
  private static boolean asked(FrontDoor door) {
    try {
      get(door);
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void oneBadInstanceOfThreeIsLeftOutAndNobodyWhoReadsSeesIt() throws IOException {
    RawServer bad = serving(() -> BUSY);
    RawServer good = serving(() -> OK);
    RawServer better = serving(() -> OK);
    FrontDoor door =
        FLEET.environment(
            Fleet.gateway(sections(List.of(bad.url(), good.url(), better.url()), "")));
    for (int i = 0; i < 90; i++) {
      assertThat(get(door).status()).isEqualTo(200);
    }
    assertThat(bad.requests()).hasSize(Instances.FAILURES);
    assertThat(good.requests().size()).isBetween(40, 50);
    assertThat(FLEET.server().command("KEYS", "circuit:*")).isEmpty();
  }

  @Test
  void oneBadInstanceOfThreeFailsAFewWritesAndOpensNoCircuit() throws IOException {
    RawServer bad = serving(() -> "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
    RawServer good = serving(() -> OK);
    RawServer better = serving(() -> OK);
    FrontDoor door =
        FLEET.environment(
            Fleet.gateway(sections(List.of(bad.url(), good.url(), better.url()), "")));
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < 90; i++) {
      statuses.merge(post(door).status(), 1, Integer::sum);
    }
    assertThat(statuses).isEqualTo(Map.of(200, 85, 500, Instances.FAILURES));
  }

  @Test
  void whenAllInstancesFailTheCircuitOpens() throws IOException {
    RawServer one = serving(() -> BUSY);
    RawServer two = serving(() -> BUSY);
    FrontDoor door = FLEET.environment(Fleet.gateway(sections(List.of(one.url(), two.url()), "")));
    for (int i = 0; i < 30; i++) {
      post(door);
    }
    assertThat(post(door).code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(one.requests().size() + two.requests().size()).isEqualTo(5);
  }

  @Test
  void oneInstanceThatSaysNothingIsLeftOut() throws IOException {
    RawServer silent = new RawServer((request, connection) -> connection.getInputStream().read());
    servers.add(silent);
    RawServer good = serving(() -> OK);
    FrontDoor door =
        FLEET.environment(
            Fleet.gateway(sections(List.of(silent.url(), good.url()), "timeout: {request: 50ms}")));
    int timeouts = 0;
    for (int i = 0; i < 40; i++) {
      timeouts += get(door).status() == 504 ? 1 : 0;
    }
    assertThat(timeouts).isEqualTo(Instances.FAILURES);
  }

  private void say(String... octets) {
    answers.clear();
    answers.addAll(List.of(octets));
  }

  private String next() {
    String next = answers.poll();
    return next == null ? BUSY : next;
  }

  private RawServer serving(Script script) throws IOException {
    RawServer one = new RawServer((request, connection) -> answer(connection, script.next()));
    servers.add(one);
    return one;
  }

  private static void answer(Socket connection, String octets) throws IOException {
    if (octets.isEmpty()) {
      connection.close();
      return;
    }
    connection.getOutputStream().write(octets.getBytes(ISO_8859_1));
  }

  private FrontDoor environment(String settings) throws IOException {
    return FLEET.environment(Fleet.gateway(sections(List.of(server.url()), settings)));
  }

  private static String sections(List<String> urls, String settings) {
    return """
    services:
      s: {urls: ["%s"]%s}
    routes:
      - {match: GET /s, to: s, allow: public}
      - {match: POST /s, to: s, allow: public}
    """
        .formatted(String.join("\", \"", urls), settings.isEmpty() ? "" : ", " + settings);
  }

  private static Answer get(FrontDoor door) throws IOException {
    return Fleet.get(door, "/s");
  }

  private static Answer post(FrontDoor door) throws IOException {
    return Shop.serve(door, ApiEvent.of("POST", "/s").body("{}"));
  }

  /** An address where nobody listens. */
  private static String closed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }
}
