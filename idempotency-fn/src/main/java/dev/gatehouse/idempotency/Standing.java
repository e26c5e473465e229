package dev.gatehouse.idempotency;

import java.time.Instant;

/**
 * How a record stands, as its caller and operators are told.
 *
 * @param status of the recorded answer; 0 unless {@link State#DONE}
 * @param leaseUntil when the attempt has to be over
 * @param expiresAt when the record may be forgotten
 * @param resolvable whether an operator may say what happened
 */
public record Standing(
    State state,
    int status,
    Instant createdAt,
    Instant leaseUntil,
    Instant expiresAt,
    boolean resolvable) {

  /** The states of a record. */
  public enum State {
    IN_FLIGHT,
    DONE,
    UNKNOWN
  }
}
