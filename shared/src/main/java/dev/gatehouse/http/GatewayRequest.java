package dev.gatehouse.http;

import java.util.Map;

/**
 * One request as API Gateway handed it over.
 *
 * @param rawPath the path as the client spelled it, without its query
 * @param body the body's octets; empty without a body
 * @param authorizer the authorizer's context; empty where no authorizer ran
 * @param sourceIp the peer's address as API Gateway saw it
 * @param gatewayRequestId API Gateway's own id of the request
 * @param domain the host name that the client called
 */
@SuppressWarnings("ArrayRecordComponent") // A body is handed on, never compared.
public record GatewayRequest(
    String method,
    String rawPath,
    Query query,
    Headers headers,
    byte[] body,
    Map<String, String> authorizer,
    String sourceIp,
    String gatewayRequestId,
    String domain) {

  public GatewayRequest {
    authorizer = Map.copyOf(authorizer);
  }
}
