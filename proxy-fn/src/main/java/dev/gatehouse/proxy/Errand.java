package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Exchange;

/**
 * What is to be done at a back end for a request.
 *
 * @param passage the service's breaker, which has been asked
 * @param underRecord whether the ledger holds a record of the request
 */
record Errand(
    Exchange exchange,
    Route route,
    CanonicalPath path,
    CircuitBreaker.Passage passage,
    boolean underRecord) {

  static Errand of(
      Exchange exchange, Route route, CanonicalPath path, CircuitBreaker.Passage passage) {
    return new Errand(exchange, route, path, passage, false);
  }

  /** The same with the ledger's record. */
  Errand recorded() {
    return new Errand(exchange, route, path, passage, true);
  }
}
