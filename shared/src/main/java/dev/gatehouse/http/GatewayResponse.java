package dev.gatehouse.http;

import java.nio.charset.StandardCharsets;

/** One response; its body's octets are never changed on their way. */
@SuppressWarnings("ArrayRecordComponent") // A body is handed on, never compared.
public record GatewayResponse(int status, Headers headers, byte[] body) {
  private static final byte[] NOTHING = {};

  public static GatewayResponse json(int status, String json) {
    return new GatewayResponse(
        status,
        Headers.of("Content-Type", "application/json"),
        json.getBytes(StandardCharsets.UTF_8));
  }

  public static GatewayResponse empty(int status, Headers headers) {
    return new GatewayResponse(status, headers, NOTHING);
  }

  public GatewayResponse withHeaders(Headers replacement) {
    return new GatewayResponse(status, replacement, body);
  }
}
