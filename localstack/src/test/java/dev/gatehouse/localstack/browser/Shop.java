package dev.gatehouse.localstack.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A web client of an origin of its own: it comes back from the waiting room with the pass in the
 * fragment and reserves with it, in the name of whoever is signed in.
 */
final class Shop implements AutoCloseable {
  private static final String PAGE =
      """
      <!doctype html><title>Shop</title><link rel="icon" href="data:,"><h1 id="result">reserving</h1>
      <script>
        const query = new URLSearchParams(location.search);
        const pass = new URLSearchParams(location.hash.slice(1)).get('reservation_token');
        fetch(query.get('gateway') + '/api/v1/reservations', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + sessionStorage.token,
            'Idempotency-Key': crypto.randomUUID() },
          body: JSON.stringify({ event_id: query.get('event'), quantity: 1, reservation_token: pass }),
        }).then(async (answer) => {
          const body = await answer.json();
          document.getElementById('result').textContent = answer.status + ' ' + (body.status ?? '');
        });
      </script>
      """;

  private final HttpServer server;

  private Shop(HttpServer server) {
    this.server = server;
  }

  static Shop start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = PAGE.getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return new Shop(server);
  }

  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
