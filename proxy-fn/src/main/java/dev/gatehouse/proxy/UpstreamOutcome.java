package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;

/** How a call of a back end ended. */
sealed interface UpstreamOutcome {
  /** It answered, whatever its status. */
  record Answered(GatewayResponse response) implements UpstreamOutcome {}

  /** No connection was made: nothing was sent. */
  record Unreachable(String reason) implements UpstreamOutcome {}

  /** The connection broke after it was made: the back end may have acted. */
  record Broken(String reason) implements UpstreamOutcome {}

  /**
   * The deadline passed first.
   *
   * @param sent whether the back end may have received the request
   */
  record TimedOut(boolean sent) implements UpstreamOutcome {}

  /** The answer's body is longer than a Lambda function may hand on. */
  record TooLarge() implements UpstreamOutcome {}
}
