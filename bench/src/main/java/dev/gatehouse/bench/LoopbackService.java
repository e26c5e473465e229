package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service on loopback, of a thread for each connection, which answers every request with the same
 * bytes, its Date among them: next to nothing on a CPU that it shares with what is measured.
 */
final class LoopbackService implements AutoCloseable {
  /** RFC 9110, section 5.6.7. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final ServerSocket listener;
  private final byte[] answer;
  private final Set<ServedConnection> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("loopback-", 0).factory());

  private final CompletableFuture<Void> listening;

  private LoopbackService(ServerSocket listener, byte[] answer) {
    this.listener = listener;
    this.answer = answer;
    listening = CompletableFuture.runAsync(this::listen, threads);
  }

  static LoopbackService start(String type, byte[] document) throws IOException {
    return new LoopbackService(
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer(type, document));
  }

  private static byte[] answer(String type, byte[] document) {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nDate: "
                + DATE.format(ZonedDateTime.now(ZoneOffset.UTC))
                + "\r\nContent-Type: "
                + type
                + "\r\nContent-Length: "
                + document.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] answer = Arrays.copyOf(head, head.length + document.length);
    System.arraycopy(document, 0, answer, head.length, document.length);
    return answer;
  }

  private void listen() {
    try {
      while (true) {
        ServedConnection connection = ServedConnection.over(listener.accept());
        connections.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(ServedConnection connection) {
    try (connection) {
      while (connection.request().isPresent()) {
        connection.answer(answer);
      }
    } catch (IOException e) {
      // the client is gone, or sent what is no request: its connection ends, not the service
    } finally {
      connections.remove(connection);
    }
  }

  /** {@code 127.0.0.1:port}. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  String url() {
    return "http://" + address();
  }

  /** Ends its connections and its threads. */
  @Override
  public void close() {
    try {
      listener.close();
      listening.join();
      for (ServedConnection connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.close();
  }
}
