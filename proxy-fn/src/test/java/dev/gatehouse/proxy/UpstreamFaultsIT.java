package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What services can do wrong, and what clients get: an answer inside the deadline, always. */
final class UpstreamFaultsIT {
  private static final Duration DEADLINE = Duration.ofMillis(400);

  /** The deadline, and what a busy machine takes beside it. */
  private static final Duration BOUND = DEADLINE.plusSeconds(3);

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final Fleet FLEET = new Fleet();

  @AfterAll
  static void end() {
    FLEET.close();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("never answers", 504, (request, connection) -> connection.getInputStream().read()),
        fault("accepts and closes", 502, (request, connection) -> connection.close()),
        fault("drips its head", 504, (request, connection) -> drip(connection, OK + "X-A: ")),
        fault(
            "drips its body",
            504,
            (request, connection) -> drip(connection, OK + "Content-Length: 6000000\r\n\r\n")),
        fault(
            "announces 9 MB and drips",
            502,
            (request, connection) -> drip(connection, OK + "Content-Length: 9000000\r\n\r\n")),
        fault(
            "drips chunks",
            504,
            (request, connection) ->
                dripped(connection, OK + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")),
        fault("half a body", 502, octets(OK + "Content-Length: 10\r\n\r\nhalf")),
        fault("half a head", 502, octets("HTTP/1.1 200 OK\r\nContent-")),
        fault("a field without a colon", 502, octets(OK + "nonsense\r\nContent-Length: 0\r\n\r\n")),
        fault("no HTTP", 502, octets("SSH-2.0-OpenSSH_9.6\r\n")),
        fault(
            "a chunk of no length",
            502,
            octets(OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n")),
        fault(
            "a chunk longer than told",
            502,
            octets(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n")),
        fault(
            "chunks without an end", 502, octets(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab")),
        fault("a redirect to itself", 302, octets("HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n")),
        fault(
            "a field of 1 MB",
            502,
            octets(OK + "X-A: " + "a".repeat(1 << 20) + "\r\nContent-Length: 0\r\n\r\n")),
        fault(
            "10,000 fields",
            502,
            octets(OK + "X-A: a\r\n".repeat(10_000) + "Content-Length: 0\r\n\r\n")),
        fault("100 cookies", 200, octets(OK + "Set-Cookie: a=b\r\n".repeat(100) + "\r\n")),
        fault(
            "6 MB and one octet",
            502,
            (request, connection) -> {
              OutputStream output = connection.getOutputStream();
              output.write((OK + "\r\n").getBytes(UTF_8));
              output.write(new byte[UpstreamMessages.LONGEST_BODY + 1]);
              connection.close();
            }));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void itIsAnsweredInTime(String name, int status, RawServer.Answer behaviour) throws IOException {
    try (RawServer back = new RawServer(behaviour)) {
      FrontDoor door = FLEET.environment(gateway(name, back.url()));
      long started = System.nanoTime();
      Answer answer = Fleet.get(door, "/a");
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(BOUND);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.all("Set-Cookie")).hasSize(name.equals("100 cookies") ? 100 : 0);
      assertThat(back.requests()).as("nothing is followed or tried again").hasSize(1);
      if (status >= 500) {
        assertThat(answer.problem().path("detail").textValue())
            .startsWith("The service ")
            .doesNotContain("Exception", "127.0.0.1", "org.apache");
      }
    }
  }

  @Test
  void aServiceThatIsDeadIsToldAtOnce() throws IOException {
    FrontDoor door = FLEET.environment(gateway("dead", "http://127.0.0.1:1"));
    long started = System.nanoTime();
    assertThat(Fleet.get(door, "/a").code()).isEqualTo("UPSTREAM_ERROR");
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(BOUND);
  }

  @Test
  void aServiceThatFlapsIsAnsweredEveryTime() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (RawServer back =
        new RawServer(
            (request, connection) -> {
              if (calls.incrementAndGet() % 2 == 0) {
                connection.close();
              } else {
                connection
                    .getOutputStream()
                    .write((OK + "Content-Length: 0\r\n\r\n").getBytes(UTF_8));
              }
            })) {
      FrontDoor door = FLEET.environment(gateway("flaps", back.url()));
      for (int i = 0; i < 10; i++) {
        assertThat(Fleet.get(door, "/a").status()).isIn(200, 502);
      }
      assertThat(calls.get()).isEqualTo(10);
    }
  }

  @Test
  void oneOfThreeInstancesThatIsBadIsLeftOutAndItsServiceGoesOn() throws IOException {
    try (RawServer good = RawServer.answering(OK + "Content-Length: 0\r\n\r\n");
        RawServer also = RawServer.answering(OK + "Content-Length: 0\r\n\r\n");
        RawServer bad = RawServer.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")) {
      FrontDoor door =
          FLEET.environment(
              Fleet.gateway(
                  """
                  services: {third: {urls: [A, B, C], retry: {budget: 100%}}}
                  routes: [{match: GET /a, to: third, allow: public}]
                  """
                      .replace("A,", good.url() + ",")
                      .replace("B,", bad.url() + ",")
                      .replace("C]", also.url() + "]")));
      for (int i = 0; i < 30; i++) {
        assertThat(Fleet.get(door, "/a").status()).isEqualTo(200);
      }
      assertThat(bad.requests()).hasSizeBetween(1, 6);
    }
  }

  /** No part of the way is shared: a call of another service goes through while this one hangs. */
  @Test
  void aServiceThatHangsHoldsNothingThatAnotherNeeds() throws Exception {
    CountDownLatch hanging = new CountDownLatch(8);
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer stuck =
            new RawServer(
                (request, connection) -> {
                  hanging.countDown();
                  end.await(20, TimeUnit.SECONDS);
                  connection.close();
                });
        RawServer well = RawServer.answering(OK + "Content-Length: 0\r\n\r\n");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      FrontDoor door =
          FLEET.environment(
              Fleet.gateway(
                  """
                  services:
                    stuck: {url: "STUCK", timeout: {request: 20s}, retry: {attempts: 1}}
                    well: {url: "WELL"}
                  routes:
                    - {match: GET /stuck, to: stuck, allow: public}
                    - {match: GET /well, to: well, allow: public}
                  """
                      .replace("STUCK", stuck.url())
                      .replace("WELL", well.url())));
      for (int i = 0; i < 8; i++) {
        Future<Answer> _ = callers.submit(() -> Fleet.get(door, "/stuck"));
      }
      assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 20; i++) {
        assertThat(Fleet.get(door, "/well").status()).isEqualTo(200);
      }
      end.countDown();
    }
  }

  private static Arguments fault(String name, int status, RawServer.Answer behaviour) {
    return Arguments.of(name, status, behaviour);
  }

  private static RawServer.Answer octets(String text) {
    return (request, connection) -> {
      connection.getOutputStream().write(text.getBytes(UTF_8));
      connection.close();
    };
  }

  private static void drip(Socket connection, String head) throws IOException {
    dripped(connection, head, "x");
  }

  /** No single read waits long; slow enough that nothing gets long before the deadline. */
  private static void dripped(Socket connection, String head, String drop) throws IOException {
    OutputStream output = connection.getOutputStream();
    output.write(head.getBytes(UTF_8));
    while (true) {
      output.write(drop.getBytes(UTF_8));
      output.flush();
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  /** A service of its own for each fault: circuits are told apart by name. */
  private static Gateway gateway(String name, String url) {
    String service = "s-" + name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return Fleet.gateway(
        """
        services: {SERVICE: {url: "URL", timeout: {request: 400ms}, retry: {attempts: 1}, breaker: {failures: 100}}}
        routes: [{match: GET /a, to: SERVICE, allow: public}]
        """
            .replace("SERVICE", service)
            .replace("URL", url));
  }
}
