package dev.gatehouse.queue;

import dev.gatehouse.http.Exchange;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who joins: the signed-in caller; else the visitor of a cookie; else a new visitor, who gets one.
 *
 * <p>A new visitor's cookie is random, or, with an {@code Idempotency-Key} that is a random UUID,
 * made of key, event and address with a secret: a repeated join is then the same visitor's.
 */
final class Arrivals {
  private static final int OCTETS = 18;

  /** Keys of other forms are guessed, or the same for all users of a poor client. */
  private static final Pattern RANDOM_KEY =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}");

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
        Holder.visitor(visitor),
        Optional.of(Cookies.set(Cookies.VISITOR, visitor, Ticket.EARLIEST)));
  }

  private String newVisitor(Exchange exchange, String event) {
    return exchange
        .request()
        .headers()
        .first("Idempotency-Key")
        .filter(key -> RANDOM_KEY.matcher(key).matches())
        .map(key -> String.join("/", "visitor", exchange.clientAddress(), event, key))
        .flatMap(name -> keys.lasting().map(key -> key.secret(name)))
        .orElseGet(this::randomVisitor);
  }

  private String randomVisitor() {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
