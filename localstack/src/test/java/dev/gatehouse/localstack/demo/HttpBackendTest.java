package dev.gatehouse.localstack.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.Polling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

class HttpBackendTest {
  private static final Timeout LIFE = Timeout.ofMilliseconds(10);

  private final Semaphore closed = new Semaphore(0);

  @Test
  void aConnectionThatTheServerHasClosedUnsaidIsNotUsedAgain() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> serve(server));
      try (HttpBackend backend = new HttpBackend(server.getLocalPort(), LIFE)) {
        for (int i = 0; i < 3; i++) {
          RecordedRequest request =
              new RecordedRequest(
                  "POST",
                  "/",
                  "",
                  Map.of("Host", List.of("a")),
                  "x".getBytes(UTF_8),
                  Instant.EPOCH);
          assertThat(backend.answer(request).status()).isEqualTo(204);
          assertThat(closed.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
          long end = System.nanoTime() + 2 * LIFE.toNanoseconds();
          Polling.until(Duration.ofSeconds(5), "its life is over", () -> System.nanoTime() > end);
        }
      }
    }
  }

  /** Answers one request of each connection as if others could follow, and closes it. */
  private void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        String line = reader.readLine();
        while (line != null && !line.isEmpty()) {
          line = reader.readLine();
        }
        socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(US_ASCII));
      } catch (IOException e) {
        return;
      }
      closed.release();
    }
  }
}
