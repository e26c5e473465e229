package dev.gatehouse.http;

import java.util.Optional;

/**
 * The id that stands in the answer, the log and the back end's fields: the client's where it is
 * safe to repeat, otherwise API Gateway's.
 */
final class RequestIds {
  private static final int LONGEST = 128;

  private RequestIds() {}

  static String of(GatewayRequest request) {
    Optional<String> sent = request.headers().first("X-Request-ID").filter(RequestIds::isSafe);
    return sent.orElse(request.gatewayRequestId());
  }

  /** {@code [A-Za-z0-9._-]{1,128}} (protocols.md section 5). */
  private static boolean isSafe(String id) {
    if (id.isEmpty() || id.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean safe = Percent.isAlphanumeric(c) || c == '.' || c == '_' || c == '-';
      if (!safe) {
        return false;
      }
    }
    return true;
  }
}
