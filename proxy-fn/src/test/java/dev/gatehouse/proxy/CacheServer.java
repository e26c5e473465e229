package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A back end whose answers say how many there have been, and which is told what to say. */
final class CacheServer implements AutoCloseable {
  private final AtomicReference<String> head = new AtomicReference<>("200");
  private final AtomicReference<String> body = new AtomicReference<>("");
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private final RawServer server;

  CacheServer() throws IOException {
    server =
        new RawServer(
            (request, connection) -> {
              gate.get().await();
              if (head.get().isEmpty()) {
                connection.close();
                return;
              }
              connection.getOutputStream().write(answer(request).getBytes(ISO_8859_1));
            });
  }

  String url() {
    return server.url();
  }

  /** What came, head and body. */
  List<String> requests() {
    return server.requests();
  }

  /**
   * What it says from now on.
   *
   * @param statusAndFields such as {@code 200 ~ Cache-Control: max-age=60 ~ ETag: "a"}; nothing at
   *     all: it breaks off
   */
  void says(String statusAndFields) {
    head.set(statusAndFields);
  }

  /** What its answers' body is from now on, as Latin-1; nothing: their number. */
  void gives(String octets) {
    body.set(octets);
  }

  /** It answers nothing until the latch opens. */
  void waitsFor(CountDownLatch latch) {
    gate.set(latch);
  }

  private String answer(String request) {
    String body =
        this.body.get().isEmpty() ? "answer " + server.requests().size() : this.body.get();
    String[] parts = head.get().split(" ~ ", -1);
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(parts[0]).append(" X\r\n");
    for (int i = 1; i < parts.length; i++) {
      text.append(parts[i]).append("\r\n");
    }
    boolean bodiless = parts[0].equals("304") || parts[0].equals("204");
    if (!bodiless) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    text.append("\r\n");
    return bodiless || request.startsWith("HEAD") ? text.toString() : text + body;
  }

  @Override
  public void close() throws IOException {
    gate.get().countDown();
    server.close();
  }
}
