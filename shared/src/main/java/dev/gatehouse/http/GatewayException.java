package dev.gatehouse.http;

import java.util.Map;

/**
 * A request that cannot go on; its message is the problem's {@code detail} and reaches the client.
 */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> members;

  public GatewayException(ErrorCode code, String detail) {
    this(code, detail, Map.of());
  }

  /**
   * @param members further members of the problem: strings, numbers, booleans, lists and maps of
   *     these
   */
  public GatewayException(ErrorCode code, String detail, Map<String, Object> members) {
    super(detail, null, false, false);
    this.code = code;
    this.members = Map.copyOf(members);
  }

  public ErrorCode code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public Map<String, Object> members() {
    return members;
  }
}
