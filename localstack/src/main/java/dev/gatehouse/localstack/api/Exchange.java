package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Reply.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request on its way: what is known of it so far, and the variables that stand for it. */
final class Exchange {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final ApiDefinition api;
  private final ApiRequest request;
  private Map<String, List<String>> query = Map.of();
  private RouteTree.@Nullable Match match;
  private @Nullable Authorization authorization;
  private long authorizerLatency;
  private @Nullable Refusal refusal;
  private @Nullable Duration integrationLatency;
  private int integrationStatus;
  private int status;
  private long responseLength;
  private @Nullable Instant answered;

  Exchange(ApiDefinition api, ApiRequest request) {
    this.api = api;
    this.request = request;
  }

  ApiDefinition api() {
    return api;
  }

  ApiRequest request() {
    return request;
  }

  /** Path as sent. */
  String path() {
    return request.rawPath();
  }

  Map<String, List<String>> query() {
    return query;
  }

  void query(Map<String, List<String>> parsed) {
    query = parsed;
  }

  RouteTree.@Nullable Match match() {
    return match;
  }

  void match(RouteTree.Match matched) {
    match = matched;
  }

  @Nullable Authorization authorization() {
    return authorization;
  }

  long authorizerLatency() {
    return authorizerLatency;
  }

  void authorized(Authorizers.Decision.Passed passed) {
    authorization = passed.authorization();
    authorizerLatency = passed.latencyMillis();
  }

  void refused(Refusal by) {
    refusal = by;
  }

  void integrated(int withStatus, Duration latency) {
    integrationStatus = withStatus;
    integrationLatency = latency;
  }

  void answered(int withStatus, long bytes, Instant at) {
    status = withStatus;
    responseLength = bytes;
    answered = at;
  }

  String trace() {
    return request.trace().value();
  }

  /** {@code arn:aws:execute-api:region:account:api/stage/VERB/path}, the path as sent. */
  String methodArn() {
    return "arn:aws:execute-api:%s:%s:%s/%s/%s/%s"
        .formatted(
            api.region(),
            api.account(),
            api.id(),
            api.stage(),
            request.method(),
            path().substring(1));
  }

  String requestTime() {
    return TIME.format(request.received());
  }

  /**
   * The value of a variable, without the dollar sign. Source: API Gateway Developer Guide, "Context
   * variables for data transformations" and "Variables for access logging".
   */
  @Nullable String variable(String name) {
    if (name.startsWith("context.")) {
      return context(name.substring("context.".length()));
    }
    if (name.startsWith("stageVariables.")) {
      return api.stageVariables().get(name.substring("stageVariables.".length()));
    }
    if (name.startsWith("method.request.header.")) {
      return request.header(name.substring("method.request.header.".length())).orElse(null);
    }
    if (name.startsWith("method.request.querystring.")) {
      var values = query.get(name.substring("method.request.querystring.".length()));
      return values == null ? null : values.getLast();
    }
    if (name.startsWith("method.request.path.")) {
      return match == null
          ? null
          : match.pathParameters().get(name.substring("method.request.path.".length()));
    }
    return context(name);
  }

  private @Nullable String context(String name) {
    if (name.startsWith("error.")) {
      return error(name.substring("error.".length()));
    }
    if (name.startsWith("authorizer.")) {
      return authorizer(name.substring("authorizer.".length()));
    }
    return switch (name) {
      case "accountId" -> api.account();
      case "apiId" -> api.id();
      case "awsEndpointRequestId", "integration.requestId" ->
          integrationLatency == null
              ? null
              : UUID.nameUUIDFromBytes(request.requestId().getBytes(StandardCharsets.US_ASCII))
                  .toString();
      case "deploymentId" -> api.deploymentId();
      case "domainName" -> request.domainName();
      case "domainPrefix" -> request.domainName().split("\\.", 2)[0];
      case "extendedRequestId" -> request.extendedRequestId();
      case "httpMethod" -> request.method();
      case "identity.sourceIp" -> request.peer();
      case "identity.userAgent" -> request.header("User-Agent").orElse(null);
      case "integration.latency", "integrationLatency" ->
          integrationLatency == null ? null : Long.toString(integrationLatency.toMillis());
      case "integration.status", "integrationStatus" -> positive(integrationStatus);
      case "path" -> path();
      case "protocol" -> request.protocol();
      case "requestId" -> request.requestId();
      case "requestTime" -> requestTime();
      case "requestTimeEpoch" -> Long.toString(request.received().toEpochMilli());
      case "resourceId" -> match == null ? null : match.method().resourceId();
      case "resourcePath" -> match == null ? null : match.method().resourcePath();
      case "responseLatency" ->
          answered == null
              ? null
              : Long.toString(Duration.between(request.received(), answered).toMillis());
      case "responseLength" -> Long.toString(responseLength);
      case "stage" -> api.stage();
      case "status" -> positive(status);
      case "xrayTraceId" -> request.trace().root();
      default -> null;
    };
  }

  private @Nullable String error(String name) {
    if (refusal == null) {
      return null;
    }
    var message = refusal.message();
    return switch (name) {
      case "message" -> message;
      case "messageString" ->
          message == null ? "null" : "\"" + message.replace("\"", "\\\"") + "\"";
      case "responseType" -> refusal.type().name();
      default -> null;
    };
  }

  private @Nullable String authorizer(String name) {
    if (authorization == null) {
      return null;
    }
    return switch (name) {
      case "principalId" -> authorization.principalId();
      case "integrationLatency", "latency" -> Long.toString(authorizerLatency);
      default -> authorization.context().get(name);
    };
  }

  private static @Nullable String positive(int number) {
    return number == 0 ? null : Integer.toString(number);
  }
}
