package dev.gatehouse.authorizer;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;

/**
 * What a store answered, or that it did not.
 *
 * @param <T> an answer
 */
sealed interface Stored<T> {
  record Answered<T>(T value) implements Stored<T> {}

  /**
   * @param reason the fault's class, for the log
   */
  record Unavailable<T>(String reason) implements Stored<T> {}

  /**
   * The answer, for an operator who is waiting for it.
   *
   * @throws GatewayException SERVICE_UNAVAILABLE
   */
  default T orUnavailable() {
    return switch (this) {
      case Answered<T>(T value) -> value;
      case Unavailable<T> _ ->
          throw new GatewayException(
              ErrorCode.SERVICE_UNAVAILABLE, "The store of credentials does not answer.");
    };
  }
}
