package dev.gatehouse.http;

import dev.gatehouse.identity.Principal;
import java.util.Map;

/**
 * One change of who may come in, in the line of its request: who did what to what, in the audit
 * log's words.
 */
public final class Change {
  private Change() {}

  /**
   * Notes a change that was made.
   *
   * @param action such as {@code key.create}
   * @param facts never a secret
   */
  public static void note(Exchange exchange, String action, Map<String, Object> facts) {
    exchange.log().put("audit", true).put("action", action);
    exchange
        .caller()
        .ifPresent(
            caller -> {
              exchange.log().put("issuer", caller.issuer());
              caller.credential().ifPresent(id -> exchange.log().put("credential", id));
            });
    facts.forEach(exchange.log()::put);
  }

  /** Who makes a change, for its record. */
  public static String by(Exchange exchange) {
    return exchange.caller().map(Principal::subject).orElse("");
  }
}
