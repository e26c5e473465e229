package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;
import java.time.Duration;

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

  /**
   * The service's breaker did not let the call be made.
   *
   * @param retryAfter when that may be different; zero when only an operator knows
   */
  record CircuitOpen(Duration retryAfter) implements UpstreamOutcome {}

  /** The service has all the calls in flight that it may have. */
  record Full() implements UpstreamOutcome {}

  /**
   * Whether the service failed, as its breaker and its instances count: no connection, a broken
   * one, no answer in time, or a status of 5xx but 501 and 505, which a request can ask for
   * (HAProxy's {@code observe layer7} draws the same line).
   */
  default boolean failed() {
    return switch (this) {
      case Answered(GatewayResponse response) ->
          response.status() >= 500 && response.status() != 501 && response.status() != 505;
      case Unreachable _, Broken _, TimedOut _ -> true;
      case TooLarge _, CircuitOpen _, Full _ -> false;
    };
  }
}
