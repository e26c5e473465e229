package dev.gatehouse.cdk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One JSON line of API Gateway per request, also of those that no function sees
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html).
 *
 * <p>It holds no query and no header but User-Agent, so no credential.
 */
final class AccessLog {
  private AccessLog() {}

  /** The format of a line; a value that does not exist is written as {@code -}. */
  static String format() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ts", "$context.requestTimeEpoch");
    fields.put("request_id", "$context.requestId");
    fields.put("extended_request_id", "$context.extendedRequestId");
    fields.put("trace_id", "$context.xrayTraceId");
    fields.put("client_ip", "$context.identity.sourceIp");
    fields.put("user_agent", "$context.identity.userAgent");
    fields.put("method", "$context.httpMethod");
    fields.put("path", "$context.path");
    fields.put("resource", "$context.resourcePath");
    fields.put("protocol", "$context.protocol");
    fields.put("status", "$context.status");
    fields.put("length", "$context.responseLength");
    fields.put("latency_ms", "$context.responseLatency");
    fields.put("integration_ms", "$context.integration.latency");
    fields.put("integration_status", "$context.integration.status");
    fields.put("integration_request_id", "$context.integration.requestId");
    fields.put("authorizer_ms", "$context.authorizer.latency");
    fields.put("authorizer_status", "$context.authorizer.status");
    fields.put("authorizer_error", "$context.authorizer.error");
    fields.put("principal", "$context.authorizer.principalId");
    fields.put("waf_status", "$context.waf.status");
    fields.put("error_type", "$context.error.responseType");
    return fields.entrySet().stream()
        .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }
}
