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
 * @param slot a place among the calls in flight, which has been asked for
 * @param underRecord whether the ledger holds a record of the request
 * @param conditions what the request's own If-None-Match and If-Modified-Since are replaced by
 */
record Errand(
    Exchange exchange,
    Route route,
    CanonicalPath path,
    CircuitBreaker.Passage passage,
    Bulkhead.Slot slot,
    boolean underRecord,
    Optional<Headers> conditions) {

  static Errand of(
      Exchange exchange,
      Route route,
      CanonicalPath path,
      CircuitBreaker.Passage passage,
      Bulkhead.Slot slot) {
    return new Errand(exchange, route, path, passage, slot, false, Optional.empty());
  }

  /** The path to call the service with. */
  String target() {
    return rewrite().of(path.text());
  }

  Rewrite rewrite() {
    return route.to() instanceof Destination.Services(var _, Rewrite rewrite)
        ? rewrite
        : Rewrite.NONE;
  }

  /** The same with the ledger's record. */
  Errand recorded() {
    return new Errand(exchange, route, path, passage, slot, true, conditions);
  }

  /** The same under these conditions instead of the client's. */
  Errand under(Headers replacement) {
    return new Errand(exchange, route, path, passage, slot, underRecord, Optional.of(replacement));
  }
}
