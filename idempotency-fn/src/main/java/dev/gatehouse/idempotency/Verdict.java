package dev.gatehouse.idempotency;

import dev.gatehouse.http.GatewayResponse;

/** What an operator found out about a request whose end was unknown. */
public sealed interface Verdict {
  /**
   * It was done.
   *
   * @param answer what repeats are told from now on
   */
  record Done(GatewayResponse answer) implements Verdict {}

  /** It was not done: the key is free again. */
  record NotExecuted() implements Verdict {}
}
