package dev.gatehouse.localstack.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A back end that counts its effects by key, and fails as it is told. Below {@code /again} it
 * recognises repeats: a second request of a key has no effect and the same answer.
 */
final class FaultyBackEnd implements AutoCloseable {
  private final ServerSocket socket;
  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
  private volatile Fault fault = Fault.NONE;
  private volatile Runnable act = () -> {};

  /** What happens to the next requests. */
  enum Fault {
    NONE,
    /** The connection ends, or the action runs, before the effect. */
    BEFORE_THE_EFFECT,
    /** The connection ends, or the action runs, after the effect and before the answer. */
    AFTER_THE_EFFECT,
    /** 429 without an effect. */
    REFUSES,
    /** 500 with an effect. */
    BREAKS
  }

  private FaultyBackEnd(ServerSocket socket) {
    this.socket = socket;
  }

  static FaultyBackEnd start() throws IOException {
    FaultyBackEnd backEnd =
        new FaultyBackEnd(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(backEnd::accept);
    return backEnd;
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /**
   * @param action what is done at the fault, beside ending the connection
   */
  void fails(Fault next, Runnable action) {
    act = action;
    fault = next;
  }

  int effects(String key) {
    return effects.getOrDefault(key, new AtomicInteger()).get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader head =
          new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
      String line = head.readLine();
      while (line != null) {
        boolean again = line.contains(" /again ");
        String key = "";
        while (line != null && !line.isEmpty()) {
          if (line.startsWith("Idempotency-Key: ")) {
            key = line.substring("Idempotency-Key: ".length());
          }
          line = head.readLine();
        }
        if (!answer(key, again, connection)) {
          return;
        }
        line = head.readLine();
      }
    } catch (IOException e) {
      return;
    }
  }

  /** Whether the connection goes on. */
  private boolean answer(String key, boolean again, Socket connection) throws IOException {
    Fault now = fault;
    if (now == Fault.BEFORE_THE_EFFECT) {
      act.run();
      return false;
    }
    if (now == Fault.REFUSES) {
      write(connection, "429 Too Many Requests", "{}");
      return true;
    }
    AtomicInteger count = effects.computeIfAbsent(key, _ -> new AtomicInteger());
    int effect = again && count.get() > 0 ? count.get() : count.incrementAndGet();
    if (now == Fault.AFTER_THE_EFFECT) {
      act.run();
      return false;
    }
    write(
        connection,
        now == Fault.BREAKS ? "500 Broken" : "201 Created",
        "{\"key\":\"" + key + "\",\"effect\":" + effect + "}");
    return true;
  }

  private static void write(Socket connection, String status, String body) throws IOException {
    String octets =
        "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    connection.getOutputStream().write(octets.getBytes(ISO_8859_1));
  }
}
