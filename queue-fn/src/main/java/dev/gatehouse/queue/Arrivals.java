package dev.gatehouse.queue;

import dev.gatehouse.http.Exchange;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Who joins: the signed-in caller; else the visitor of a cookie; else a new visitor, who gets one.
 *
 * <p>A new visitor's cookie is random, or, with an {@code Idempotency-Key}, made of key, event and
 * address with a secret: a repeated join is then the same visitor's.
 */
final class Arrivals {
  private static final int OCTETS = 18;
  private static final int SHORTEST_KEY = 16;
  private static final Duration AGE = Duration.ofDays(7);

  private final Keyring keys;
  private final SecureRandom random;

  Arrivals(Keyring keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  /**
   * A holder.
   *
   * @param cookie to be set
   */
  record Arrival(Holder holder, Optional<String> cookie) {}

  Arrival of(Exchange exchange, String event) {
    if (exchange.caller().isPresent()) {
      return new Arrival(Holder.of(exchange.caller().get()), Optional.empty());
    }
    String visitor =
        Cookies.value(exchange.request().headers(), Cookies.VISITOR)
            .orElseGet(() -> newVisitor(exchange, event));
    return new Arrival(
        Holder.visitor(visitor), Optional.of(Cookies.set(Cookies.VISITOR, visitor, AGE)));
  }

  private String newVisitor(Exchange exchange, String event) {
    Optional<String> repeated =
        exchange
            .request()
            .headers()
            .first("Idempotency-Key")
            .filter(key -> key.length() >= SHORTEST_KEY)
            .flatMap(
                key ->
                    keys.lasting()
                        .map(
                            secret ->
                                secret.secret(
                                    "visitor/"
                                        + exchange.clientAddress()
                                        + "/"
                                        + event
                                        + "/"
                                        + key)));
    return repeated.orElseGet(this::randomVisitor);
  }

  private String randomVisitor() {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
