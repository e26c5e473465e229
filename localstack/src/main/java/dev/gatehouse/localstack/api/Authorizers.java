package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gatehouse.localstack.api.Reply.Refusal;
import dev.gatehouse.localstack.lambda.Functions;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Answered;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Crashed;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Failed;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Throttled;
import dev.gatehouse.localstack.lambda.Functions.Outcome.TimedOut;
import dev.gatehouse.localstack.lambda.Functions.Outcome.TooLarge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs the authorizers of an API and keeps their results.
 *
 * <ol>
 *   <li>A method ARN above 1600 bytes: 414 (API Gateway Developer Guide, "Quotas").
 *   <li>An identity source that is missing or empty: UNAUTHORIZED, the function is not called.
 *   <li>A result of the same authorizer for the same values of its sources that is younger than the
 *       TTL is used, otherwise the function is called. Calls at the same time are not joined.
 *   <li>The policy, kept or fresh, is evaluated for the method ARN of this very request.
 * </ol>
 *
 * <p>Only an error whose message is exactly {@code Unauthorized} is UNAUTHORIZED, and it is not
 * kept. Another error or a timeout is AUTHORIZER_FAILURE; an answer that cannot be used, a function
 * that cannot be called, or one that API Gateway has no permission for is
 * AUTHORIZER_CONFIGURATION_ERROR. Header names of sources match in any case: HTTP/2 clients send
 * them in lower case.
 */
final class Authorizers {

  /** What became of a request at its authorizer. */
  sealed interface Decision {

    /** It may pass; the latency is zero if the result was kept. */
    record Passed(Authorization authorization, long latencyMillis) implements Decision {}

    /** Its policy says that it may not; the gateway response knows the authorizer's context. */
    record Denied(Passed read, Refusal refusal) implements Decision {}

    /** It may not, and there is no policy. */
    record Stopped(Refusal refusal) implements Decision {}
  }

  private record Key(String authorizer, List<String> values) {}

  private record Kept(Authorization authorization, Instant until) {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final int KEPT_AT_MOST = 100_000;

  private final Functions functions;
  private final InstantSource clock;
  private final Map<String, String> stageVariables;
  private final Map<Key, Kept> kept = new ConcurrentHashMap<>();

  Authorizers(Functions functions, InstantSource clock, Map<String, String> stageVariables) {
    this.functions = functions;
    this.clock = clock;
    this.stageVariables = stageVariables;
  }

  Decision decide(RequestAuthorizer authorizer, Exchange exchange) {
    var arn = exchange.methodArn();
    if (arn.getBytes(StandardCharsets.UTF_8).length > Limits.METHOD_ARN_BYTES) {
      return new Decision.Stopped(
          new Refusal(
              GatewayResponseType.DEFAULT_4XX,
              414,
              "Request URI too long",
              "method ARN above " + Limits.METHOD_ARN_BYTES + " bytes"));
    }
    var values = new ArrayList<String>();
    for (var source : authorizer.sources()) {
      var value = value(source, exchange).filter(v -> !v.isEmpty());
      if (value.isEmpty()) {
        return refused(GatewayResponseType.UNAUTHORIZED, "no " + source.name());
      }
      values.add(value.get());
    }
    var key = new Key(authorizer.id(), List.copyOf(values));
    var known = authorizer.ttl().isZero() ? null : kept.get(key);
    return known != null && clock.instant().isBefore(known.until())
        ? evaluate(known.authorization(), 0, arn)
        : call(authorizer, key, exchange, arn);
  }

  private Decision call(RequestAuthorizer authorizer, Key key, Exchange exchange, String arn) {
    if (!authorizer.permitted()) {
      return refused(
          GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR,
          "no AWS::Lambda::Permission for authorizer " + authorizer.id());
    }
    long start = System.nanoTime();
    var outcome =
        functions.invoke(
            authorizer.function(), ProxyEvent.authorizer(exchange, arn), exchange.trace());
    long latency = Duration.ofNanos(System.nanoTime() - start).toMillis();
    return switch (outcome) {
      case Answered(var payload) -> answered(payload, authorizer, key, latency, arn);
      case Failed(_, var message) when "Unauthorized".equals(message) ->
          refused(GatewayResponseType.UNAUTHORIZED, "the authorizer said Unauthorized");
      case Failed(var type, var message) ->
          refused(GatewayResponseType.AUTHORIZER_FAILURE, type + ": " + message);
      case TimedOut(var after) ->
          refused(GatewayResponseType.AUTHORIZER_FAILURE, "timed out after " + after);
      case Crashed(var reason) ->
          refused(GatewayResponseType.AUTHORIZER_FAILURE, "crashed: " + reason);
      case Throttled() -> refused(GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR, "throttled");
      case TooLarge(var bytes) ->
          refused(GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR, bytes + " bytes");
    };
  }

  private Decision answered(
      byte[] payload, RequestAuthorizer authorizer, Key key, long latency, String arn) {
    Authorization authorization;
    try {
      authorization = Authorization.of(JSON.readTree(payload));
    } catch (IOException | MalformedAuthorization e) {
      return refused(
          GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR, String.valueOf(e.getMessage()));
    }
    if (!authorizer.ttl().isZero()) {
      keep(key, new Kept(authorization, clock.instant().plus(authorizer.ttl())));
    }
    return evaluate(authorization, latency, arn);
  }

  private void keep(Key key, Kept result) {
    if (kept.size() >= KEPT_AT_MOST) {
      var now = clock.instant();
      kept.values().removeIf(old -> !now.isBefore(old.until()));
    }
    kept.put(key, result);
  }

  private static Decision evaluate(Authorization authorization, long latency, String arn) {
    var read = new Decision.Passed(authorization, latency);
    return switch (authorization.policy().verdict(arn)) {
      case ALLOWED -> read;
      case NOT_ALLOWED ->
          new Decision.Denied(
              read,
              Refusal.of(GatewayResponseType.ACCESS_DENIED, "the policy does not allow " + arn));
      case DENIED ->
          new Decision.Denied(
              read,
              new Refusal(
                  GatewayResponseType.ACCESS_DENIED,
                  403,
                  "User is not authorized to access this resource with an explicit deny",
                  "the policy denies " + arn));
    };
  }

  private Optional<String> value(RequestAuthorizer.Source source, Exchange exchange) {
    return switch (source.kind()) {
      case HEADER -> exchange.request().header(source.name());
      case QUERY -> Optional.ofNullable(exchange.query().get(source.name())).map(List::getLast);
      case STAGE_VARIABLE -> Optional.ofNullable(stageVariables.get(source.name()));
      case CONTEXT -> Optional.ofNullable(exchange.variable(source.name()));
    };
  }

  private static Decision refused(GatewayResponseType type, String reason) {
    return new Decision.Stopped(Refusal.of(type, reason));
  }
}
