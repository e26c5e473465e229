package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A second call beside a slow one, through the whole pipeline. */
final class HedgingIT {
  private static final String SLOW = "slow";
  private static final String QUICK = "quick";

  @RegisterExtension static final Fleet FLEET = new Fleet();

  private final List<RawServer> servers = new ArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch slowMayAnswer = new CountDownLatch(1);
  private final CountDownLatch brokenOff = new CountDownLatch(1);

  @AfterEach
  void stop() throws IOException {
    slowMayAnswer.countDown();
    for (RawServer server : servers) {
      server.close();
    }
  }

  /** Not when the slow call ends by itself, after 27 s. */
  @Test
  @Timeout(20)
  void theQuickerAnswerIsTakenAndTheSlowCallBrokenOff() throws Exception {
    FrontDoor door = door(2, "timeout: {request: 27s}, retry: {hedge: 20ms}", this::slowThenQuick);
    assertThat(text(Fleet.get(door, "/items"))).isEqualTo(QUICK);
    assertThat(requests).hasValue(2);
    assertThat(brokenOff.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(servers).allMatch(server -> server.requests().size() == 1);
    for (int i = 0; i < 10; i++) {
      assertThat(text(Fleet.get(door, "/items"))).isEqualTo(QUICK);
    }
    assertThat(FLEET.server().command("KEYS", "circuit:*")).isEmpty();
  }

  @Test
  void theLogTellsOfAHedgeAndOfNoRetry() throws Exception {
    FrontDoor door = door(2, "timeout: {request: 27s}, retry: {hedge: 20ms}", this::slowThenQuick);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(log, true, UTF_8));
    try {
      assertThat(text(Fleet.get(door, "/items"))).isEqualTo(QUICK);
    } finally {
      System.setOut(console);
    }
    assertThat(log.toString(UTF_8)).contains("\"hedged\":true").doesNotContain("\"retries\"");
  }

  @Test
  void theFirstAnswerIsTakenWhereTheSecondFailsOrIsSlowerStill() throws Exception {
    FrontDoor door =
        door(
            2,
            "retry: {hedge: 20ms, attempts: 1}",
            (request, connection) -> {
              if (requests.incrementAndGet() == 1) {
                await(slowMayAnswer);
                say(connection, 200, SLOW);
              } else {
                say(connection, 503, "");
                slowMayAnswer.countDown();
              }
            });
    assertThat(text(Fleet.get(door, "/items"))).isEqualTo(SLOW);
    assertThat(requests).hasValue(2);
  }

  @Test
  void twoFailuresAreAFailure() throws Exception {
    FrontDoor door =
        door(
            2,
            "retry: {hedge: 20ms, attempts: 1}",
            (request, connection) -> {
              if (requests.incrementAndGet() == 1) {
                await(slowMayAnswer);
              } else {
                slowMayAnswer.countDown();
              }
              say(connection, 503, "");
            });
    assertThat(Fleet.get(door, "/items").status()).isEqualTo(503);
    assertThat(requests).hasValue(2);
    assertThat(FLEET.server().command("KEYS", "circuit:*")).isNotEmpty();
  }

  @Test
  void whoAnswersInTimeIsCalledAlone() throws Exception {
    FrontDoor door =
        door(2, "retry: {hedge: 5s}", (request, connection) -> say(connection, 200, QUICK));
    for (int i = 0; i < 10; i++) {
      assertThat(text(Fleet.get(door, "/items"))).isEqualTo(QUICK);
    }
    assertThat(servers).allMatch(server -> server.requests().size() == 5);
  }

  @Test
  void nothingIsHedgedUnlessItIsSafeAndAskedForAndThereIsAnotherInstance() throws Exception {
    assertThat(alone(door(2, "timeout: {request: 200ms}", this::slowThenQuick), "GET"))
        .isEqualTo(504);
    assertThat(alone(door(1, hedged(""), this::slowThenQuick), "GET")).isEqualTo(504);
    assertThat(alone(door(2, hedged(""), this::slowThenQuick), "POST")).isEqualTo(504);
    assertThat(alone(door(2, hedged(", budget: 0%"), this::slowThenQuick), "GET")).isEqualTo(504);
  }

  private static String hedged(String more) {
    return "timeout: {request: 200ms}, retry: {hedge: 10ms" + more + "}";
  }

  /** The status of a request that reaches one server, which is slow. */
  private int alone(FrontDoor door, String method) throws IOException {
    FLEET.empty();
    requests.set(0);
    int status = Shop.serve(door, ApiEvent.of(method, "/items")).status();
    assertThat(requests).hasValue(1);
    return status;
  }

  /** The first request is answered when everything is over, all others at once. */
  private void slowThenQuick(String request, Socket connection)
      throws IOException, InterruptedException {
    if (requests.incrementAndGet() == 1) {
      try {
        assertThat(connection.getInputStream().read()).isNegative();
      } finally { // its end, or a reset
        brokenOff.countDown();
      }
    } else {
      say(connection, 200, QUICK);
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void say(Socket connection, int status, String body) throws IOException {
    String answer =
        "HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
  }

  private static String text(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), ISO_8859_1);
  }

  private FrontDoor door(int instances, String settings, RawServer.Answer answer)
      throws IOException {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      RawServer server = new RawServer(answer);
      servers.add(server);
      urls.add('"' + server.url() + '"');
    }
    return FLEET.environment(
        Fleet.gateway(
            """
            services: {items: {urls: %s, %s}}
            routes: [{match: ANY /items, to: items, allow: public}]
            """
                .formatted(urls, settings)));
  }
}
