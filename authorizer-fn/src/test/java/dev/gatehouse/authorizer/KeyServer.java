package dev.gatehouse.authorizer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer's key server on loopback that behaves as it is told, and counts. */
final class KeyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile Behaviour behaviour;

  /** How a request is answered. */
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  KeyServer(String keySet) {
    this(publishing(keySet));
  }

  KeyServer(Behaviour first) {
    behaviour = first;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static Behaviour publishing(String keySet) {
    return body(200, "application/json", keySet.getBytes(StandardCharsets.UTF_8));
  }

  static Behaviour body(int status, String type, byte[] octets) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
      exchange.getResponseBody().write(octets);
    };
  }

  static Behaviour redirecting(URI target) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", target.toString());
      exchange.sendResponseHeaders(302, -1);
    };
  }

  /** Sends headers, and then one octet now and then until the server is closed. */
  Behaviour dripping() {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream body = exchange.getResponseBody()) {
        while (!closed.await(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          body.write(' ');
          body.flush();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** Answers nothing until the server is closed. */
  Behaviour silent() {
    return exchange -> {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  void behave(Behaviour next) {
    behaviour = next;
  }

  int fetches() {
    return fetches.get();
  }

  URI uri() {
    return uri("/jwks.json");
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Loads what a first question loads, so that a cold JVM is not taken for a slow issuer. */
  static void warmUp() {
    try (KeyServer server = new KeyServer("{}")) {
      new HttpKeySets(server.uri()).fetch();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    fetches.incrementAndGet();
    try (exchange) {
      behaviour.answer(exchange);
    }
  }
}
