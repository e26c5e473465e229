package dev.gatehouse.proxy;

import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Rewrite;
import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.Headers;
import java.util.Optional;

/**
 * What is to be done at a back end for a request.
 *
 * @param passage the service's breaker, which has been asked
 * @param underRecord whether the ledger holds a record of the request
 * @param conditions what the request's own If-None-Match and If-Modified-Since are replaced by
 */
record Errand(
    Exchange exchange,
    Route route,
    CanonicalPath path,
    CircuitBreaker.Passage passage,
    boolean underRecord,
    Optional<Headers> conditions) {

  static Errand of(
      Exchange exchange, Route route, CanonicalPath path, CircuitBreaker.Passage passage) {
    return new Errand(exchange, route, path, passage, false, Optional.empty());
  }

  /** The path to call the service with. */
  String target() {
    return route.to() instanceof Destination.Services(var _, Rewrite rewrite)
        ? rewrite.of(path.text())
        : path.text();
  }

  /** The same with the ledger's record. */
  Errand recorded() {
    return new Errand(exchange, route, path, passage, true, conditions);
  }

  /** The same under these conditions instead of the client's. */
  Errand under(Headers replacement) {
    return new Errand(exchange, route, path, passage, underRecord, Optional.of(replacement));
  }
}
