package dev.gatehouse.localstack.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the client is told. */
sealed interface Reply {

  /** An answer of the integration. */
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  record Answer(int status, List<Header> headers, byte[] body) implements Reply {

    public Answer {
      headers = List.copyOf(headers);
    }

    static Answer text(int status, List<Header> headers, String body) {
      return new Answer(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * An answer of API Gateway itself; its form is the gateway response of its type.
   *
   * @param status unless the gateway response has its own
   * @param message {@code $context.error.message}; null as API Gateway leaves it for authorizer
   *     faults
   * @param reason for the log; never told to a client
   */
  record Refusal(GatewayResponseType type, int status, @Nullable String message, String reason)
      implements Reply {

    static Refusal of(GatewayResponseType type, String reason) {
      return new Refusal(type, type.status(), type.message(), reason);
    }

    static Refusal of(GatewayResponseType type, int status, String reason) {
      return new Refusal(type, status, type.message(), reason);
    }
  }
}
