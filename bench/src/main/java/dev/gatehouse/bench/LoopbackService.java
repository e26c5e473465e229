package dev.gatehouse.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service on loopback, of one thread, which answers every request with the same document. */
final class LoopbackService implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService thread;

  private LoopbackService(HttpServer server, ExecutorService thread) {
    this.server = server;
    this.thread = thread;
  }

  static LoopbackService start(String type, byte[] document) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    server.setExecutor(thread);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(200, document.length);
          exchange.getResponseBody().write(document);
          exchange.close();
        });
    server.start();
    return new LoopbackService(server, thread);
  }

  /** {@code 127.0.0.1:port}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String url() {
    return "http://" + address();
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
