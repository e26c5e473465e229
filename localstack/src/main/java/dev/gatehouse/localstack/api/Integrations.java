package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Integration.Mock;
import dev.gatehouse.localstack.api.Integration.MockResponse;
import dev.gatehouse.localstack.api.Integration.Proxy;
import dev.gatehouse.localstack.api.Reply.Answer;
import dev.gatehouse.localstack.api.Reply.Refusal;
import dev.gatehouse.localstack.lambda.Functions;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Answered;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Crashed;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Failed;
import dev.gatehouse.localstack.lambda.Functions.Outcome.Throttled;
import dev.gatehouse.localstack.lambda.Functions.Outcome.TimedOut;
import dev.gatehouse.localstack.lambda.Functions.Outcome.TooLarge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the integrations of an API.
 *
 * <p>If Lambda rejects the invocation API Gateway answers 500; if the function fails, crashes or
 * times out, 502 (Lambda Developer Guide, "Handling errors with an API Gateway API"), of the type
 * INTEGRATION_FAILURE (observed in access logs). No answer within the integration's timeout is
 * INTEGRATION_TIMEOUT; the invocation goes on. An event above Lambda's 6 MB is 413, an answer above
 * it 502.
 */
final class Integrations {

  private final Functions functions;

  Integrations(Functions functions) {
    this.functions = functions;
  }

  Reply reply(ApiMethod method, Exchange exchange) {
    return switch (method.integration()) {
      case Proxy proxy -> proxy(proxy, exchange);
      case Mock mock -> mock(mock, exchange);
    };
  }

  private Reply proxy(Proxy proxy, Exchange exchange) {
    if (!proxy.permitted().contains(exchange.request().method())) {
      return Refusal.of(
          GatewayResponseType.API_CONFIGURATION_ERROR,
          "no AWS::Lambda::Permission for " + proxy.function());
    }
    var event = ProxyEvent.proxy(exchange);
    if (event.length > Limits.FUNCTION_REQUEST_BYTES) {
      return Refusal.of(
          GatewayResponseType.REQUEST_TOO_LARGE, "an event of " + event.length + " bytes");
    }
    long start = System.nanoTime();
    var invocation = new CompletableFuture<Outcome>();
    Thread.startVirtualThread(() -> invoke(proxy, event, exchange.trace(), invocation));
    try {
      var outcome = invocation.get(proxy.timeout().toNanos(), TimeUnit.NANOSECONDS);
      exchange.integrated(200, Duration.ofNanos(System.nanoTime() - start));
      return reply(outcome, exchange);
    } catch (TimeoutException e) {
      exchange.integrated(504, Duration.ofNanos(System.nanoTime() - start));
      return Refusal.of(
          GatewayResponseType.INTEGRATION_TIMEOUT, "no answer within " + proxy.timeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure("interrupted");
    } catch (ExecutionException e) {
      return failure("the invocation failed: " + e.getCause());
    }
  }

  private void invoke(
      Proxy proxy, byte[] event, String trace, CompletableFuture<Outcome> invocation) {
    try {
      invocation.complete(functions.invoke(proxy.function(), event, trace));
    } catch (RuntimeException e) {
      invocation.completeExceptionally(e);
    }
  }

  private static Reply reply(Outcome outcome, Exchange exchange) {
    return switch (outcome) {
      case Answered(var payload) when payload.length > Limits.FUNCTION_RESPONSE_BYTES ->
          failure("an answer of " + payload.length + " bytes");
      case Answered(var payload) -> {
        var accept = exchange.request().header("Accept").orElse("");
        yield ProxyResponse.read(payload, exchange.api().binary().include(accept));
      }
      case Failed(var type, var message) -> failure(type + ": " + message);
      case TimedOut(var after) -> failure("the function timed out after " + after);
      case Crashed(var reason) -> failure("the function crashed: " + reason);
      case TooLarge(var bytes) -> failure("an answer of " + bytes + " bytes");
      case Throttled() ->
          Refusal.of(GatewayResponseType.INTEGRATION_FAILURE, 500, "Lambda throttled");
    };
  }

  private static Refusal failure(String reason) {
    return Refusal.of(GatewayResponseType.INTEGRATION_FAILURE, 502, reason);
  }

  private static Reply mock(Mock mock, Exchange exchange) {
    var sent = exchange.request().header("Content-Type").map(BinaryMediaTypes::mediaType);
    var status = mock.statuses().get(sent.orElse("application/json"));
    if (status == null) {
      return mock.passes()
          ? Refusal.of(
              GatewayResponseType.API_CONFIGURATION_ERROR, "no statusCode for the MOCK integration")
          : Refusal.of(GatewayResponseType.UNSUPPORTED_MEDIA_TYPE, "no request template");
    }
    var text = Integer.toString(status);
    return mock.responses().stream()
        .filter(each -> !each.fallback() && each.selection().matcher(text).matches())
        .findFirst()
        .or(() -> mock.responses().stream().filter(MockResponse::fallback).findFirst())
        .<Reply>map(Integrations::mocked)
        .orElseGet(
            () ->
                Refusal.of(
                    GatewayResponseType.API_CONFIGURATION_ERROR,
                    "no integration response for " + text));
  }

  private static Answer mocked(MockResponse response) {
    var headers = new ArrayList<>(response.headers());
    var body =
        response.bodies().entrySet().stream()
            .filter(e -> e.getKey().equals("application/json"))
            .findFirst()
            .or(() -> response.bodies().entrySet().stream().findFirst());
    if (headers.stream().noneMatch(header -> header.is("Content-Type"))) {
      headers.add(
          new Header("Content-Type", body.map(Map.Entry::getKey).orElse("application/json")));
    }
    return Answer.text(response.status(), headers, body.map(Map.Entry::getValue).orElse(""));
  }
}
