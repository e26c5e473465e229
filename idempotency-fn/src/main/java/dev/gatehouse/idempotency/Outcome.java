package dev.gatehouse.idempotency;

import dev.gatehouse.http.GatewayResponse;
import java.time.Duration;

/** What a claim came to. */
public sealed interface Outcome {
  /** Nobody has done it: the holder of this fence may. */
  record Proceed(Fence fence) implements Outcome {}

  /** It is done: this is the answer. */
  record Replay(GatewayResponse response) implements Outcome {}

  /**
   * Somebody is doing it.
   *
   * @param retryAfter when the lease ends, at least a second
   */
  record InFlight(Duration retryAfter) implements Outcome {}

  /** The key belongs to another request. */
  record Mismatch() implements Outcome {}

  /** It was begun, and nobody knows whether it was done. */
  record Unknown() implements Outcome {}

  /**
   * The store did not answer: nothing may be done.
   *
   * @param reason the fault's class, for the log
   */
  record Unavailable(String reason) implements Outcome {}
}
