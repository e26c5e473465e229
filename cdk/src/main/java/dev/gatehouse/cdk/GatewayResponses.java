package dev.gatehouse.cdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Problem;
import dev.gatehouse.http.StandardHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.apigateway.GatewayResponseOptions;
import software.amazon.awscdk.services.apigateway.ResponseType;
import software.amazon.awscdk.services.apigateway.RestApi;

/**
 * What API Gateway answers by itself, in the words of the functions: RFC 9457 with the same members
 * and the same headers.
 *
 * <p>A template is no VTL; variables are put in as they are. It therefore holds only variables that
 * API Gateway or the authorizer writes, never text of the request: {@code instance} is left out,
 * because the path is the client's and nothing documents how a quote in it would be escaped. {@code
 * X-Process-Time} is zero: it tells the time spent in functions that answer, and none did.
 *
 * <p>What a type tells here:
 *
 * <ul>
 *   <li>{@code UNAUTHORIZED}: the header that the authorizer is keyed by is missing, or the
 *       authorizer threw {@code Unauthorized}; neither leaves a context to say more from.
 *   <li>{@code ACCESS_DENIED}: the authorizer refused the credential. It answers a Deny policy
 *       whose context has {@code code}, {@code type}, {@code title} and {@code detail}; the status
 *       is 401 because scopes and roles are the pipeline's, so that a denied credential is always a
 *       bad one.
 *   <li>{@code MISSING_AUTHENTICATION_TOKEN}, {@code INVALID_SIGNATURE}, {@code EXPIRED_TOKEN}: no
 *       method here takes AWS signatures, so these mean that no resource has this path.
 *   <li>{@code DEFAULT_4XX}, {@code DEFAULT_5XX}: for types unknown today; the status stays API
 *       Gateway's.
 * </ul>
 */
final class GatewayResponses {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEARER = "Bearer error=\"invalid_token\"";

  private final boolean classic;
  private final Map<String, String> cors;

  GatewayResponses(Gateway gateway) {
    classic = gateway.errors() == Gateway.ErrorFormat.CLASSIC;
    cors = new CorsOnErrors(gateway.cors()).headers();
  }

  /**
   * One gateway response.
   *
   * @param type as API Gateway names it
   * @param status empty where API Gateway's own stands
   * @param headers mapping expressions by header name
   * @param body the template
   */
  record Answer(String type, Optional<Integer> status, Map<String, String> headers, String body) {}

  /** Every type that API Gateway has. */
  List<Answer> answers() {
    return List.of(
        withStatusOf("DEFAULT_4XX", Optional.empty(), ErrorCode.INVALID_REQUEST, "Refused."),
        withStatusOf("DEFAULT_5XX", Optional.empty(), ErrorCode.INTERNAL_ERROR, "Failed."),
        denied(),
        answer(
            "UNAUTHORIZED",
            ErrorCode.MISSING_AUTHORIZATION,
            "This needs a valid credential.",
            Map.of("WWW-Authenticate", BEARER)),
        answer("MISSING_AUTHENTICATION_TOKEN", ErrorCode.NOT_FOUND, "Nothing is at this path."),
        answer("INVALID_SIGNATURE", ErrorCode.NOT_FOUND, "Nothing is at this path."),
        answer("EXPIRED_TOKEN", ErrorCode.NOT_FOUND, "Nothing is at this path."),
        answer("RESOURCE_NOT_FOUND", ErrorCode.NOT_FOUND, "Nothing is at this path."),
        answer("INVALID_API_KEY", ErrorCode.INVALID_API_KEY, "The API key is not valid."),
        answer("WAF_FILTERED", ErrorCode.ACCESS_DENIED, "The firewall refused this request."),
        answer("BAD_REQUEST_BODY", ErrorCode.INVALID_REQUEST, "The body is not acceptable."),
        answer(
            "BAD_REQUEST_PARAMETERS",
            ErrorCode.INVALID_REQUEST,
            "The parameters are not acceptable."),
        answer(
            "REQUEST_TOO_LARGE", ErrorCode.PAYLOAD_TOO_LARGE, "The request is larger than 10 MB."),
        answer(
            "UNSUPPORTED_MEDIA_TYPE",
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "The media type is not supported."),
        answer(
            "THROTTLED",
            ErrorCode.RATE_LIMITED,
            "The gateway is at its limit.",
            Map.of("Retry-After", "1")),
        answer(
            "QUOTA_EXCEEDED",
            ErrorCode.RATE_LIMITED,
            "The quota is used up.",
            Map.of("Retry-After", "60")),
        answer("API_CONFIGURATION_ERROR", ErrorCode.INTERNAL_ERROR, "The gateway failed."),
        answer("AUTHORIZER_CONFIGURATION_ERROR", ErrorCode.INTERNAL_ERROR, "The gateway failed."),
        answer("AUTHORIZER_FAILURE", ErrorCode.INTERNAL_ERROR, "The gateway failed."),
        answer("INTEGRATION_FAILURE", ErrorCode.UPSTREAM_ERROR, "The gateway gave no answer."),
        answer(
            "INTEGRATION_TIMEOUT",
            ErrorCode.UPSTREAM_TIMEOUT,
            "The gateway did not answer within 29 s."));
  }

  /** Adds them to an API. */
  void addTo(RestApi api) {
    for (Answer answer : answers()) {
      GatewayResponseOptions.Builder options =
          GatewayResponseOptions.builder()
              .type(ResponseType.of(answer.type()))
              .responseHeaders(answer.headers())
              .templates(Map.of("application/json", answer.body()));
      answer.status().ifPresent(status -> options.statusCode(Integer.toString(status)));
      api.addGatewayResponse(answer.type(), options.build());
    }
  }

  /** A fixed text in a header mapping. */
  static String fixed(String text) {
    return "'" + text + "'";
  }

  private Answer answer(String type, ErrorCode code, String detail) {
    return answer(type, code, detail, Map.of());
  }

  private Answer answer(
      String type, ErrorCode code, String detail, Map<String, String> additional) {
    Answer answer = withStatusOf(type, Optional.of(code.status()), code, detail);
    Map<String, String> headers = new LinkedHashMap<>(answer.headers());
    additional.forEach((name, value) -> headers.put(name, fixed(value)));
    return new Answer(type, answer.status(), headers, answer.body());
  }

  private Answer withStatusOf(
      String type, Optional<Integer> status, ErrorCode code, String detail) {
    return new Answer(type, status, headers(), write(problem(code, detail)));
  }

  private Answer denied() {
    Answer answer =
        answer(
            "ACCESS_DENIED",
            ErrorCode.INVALID_TOKEN,
            "$context.authorizer.detail",
            Map.of("WWW-Authenticate", BEARER));
    ObjectNode body = read(answer.body());
    for (String member : List.of("type", "title", "code")) {
      body.put(member, "$context.authorizer." + member);
    }
    if (body.get("error") instanceof ObjectNode error) {
      error.put("code", "$context.authorizer.code");
    }
    return new Answer(answer.type(), answer.status(), answer.headers(), write(body));
  }

  private ObjectNode problem(ErrorCode code, String detail) {
    GatewayResponse response =
        new Problem(code, detail, "", "$context.requestId", "$context.xrayTraceId", Map.of())
            .response(classic);
    ObjectNode body = read(new String(response.body(), StandardCharsets.UTF_8));
    body.remove("instance");
    return body;
  }

  private Map<String, String> headers() {
    Headers.Builder standard = Headers.builder().add("Content-Type", Problem.MEDIA_TYPE);
    StandardHeaders.complete(standard, "", Duration.ZERO);
    Map<String, String> headers = new LinkedHashMap<>();
    standard.build().forEach((name, value) -> headers.put(name, fixed(value)));
    headers.put("X-Request-ID", "context.requestId");
    headers.putAll(cors);
    return headers;
  }

  private static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String write(ObjectNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
