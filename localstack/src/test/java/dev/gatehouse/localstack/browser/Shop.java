package dev.gatehouse.localstack.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.localstack.machine.Endpoint;
import dev.gatehouse.localstack.machine.Loopback;
import dev.gatehouse.localstack.machine.Reply;
import java.io.IOException;

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
        if (pass) fetch(query.get('gateway') + '/api/v1/reservations', {
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

  private final Loopback server;

  private Shop(Loopback server) {
    this.server = server;
  }

  static Shop start() throws IOException {
    Reply page = Reply.of(200, "text/html; charset=utf-8", PAGE.getBytes(UTF_8));
    return new Shop(Loopback.start(new Endpoint((_, _) -> page)));
  }

  String origin() {
    return "http://localhost:" + server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
