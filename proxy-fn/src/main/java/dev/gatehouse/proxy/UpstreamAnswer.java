package dev.gatehouse.proxy;

import dev.gatehouse.config.Rewrite;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.Map;

/** What a client is told of how a call ended: the service's answer, or the problem instead. */
final class UpstreamAnswer {
  private UpstreamAnswer() {}

  /**
   * The back end's answer, without the fields of its connection.
   *
   * @throws GatewayException UPSTREAM_ERROR, UPSTREAM_TIMEOUT, RESPONSE_TOO_LARGE, CIRCUIT_OPEN or
   *     SERVICE_UNAVAILABLE
   */
  static GatewayResponse of(Service service, Errand errand, UpstreamOutcome outcome) {
    Exchange exchange = errand.exchange();
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) ->
          response.withHeaders(toClient(service, errand.rewrite(), response.headers()));
      case UpstreamOutcome.Unreachable(String reason) ->
          throw failed(exchange, ErrorCode.UPSTREAM_ERROR, service, "cannot be reached", reason);
      case UpstreamOutcome.Broken(String reason) ->
          throw failed(exchange, ErrorCode.UPSTREAM_ERROR, service, "broke off its answer", reason);
      case UpstreamOutcome.TimedOut timedOut ->
          throw failed(
              exchange,
              ErrorCode.UPSTREAM_TIMEOUT,
              service,
              "did not answer in time",
              "deadline passed");
      case UpstreamOutcome.TooLarge() ->
          throw failed(
              exchange,
              ErrorCode.RESPONSE_TOO_LARGE,
              service,
              "answered with more than 6 MB",
              "body over 6 MB");
      case UpstreamOutcome.CircuitOpen(Duration retryAfter) ->
          throw open(exchange, service, retryAfter);
      case UpstreamOutcome.Full() -> throw full(exchange, service);
    };
  }

  private static GatewayException full(Exchange exchange, Service service) {
    exchange.answerWith(Headers.of("Retry-After", "1").fields());
    exchange.log().put("stage", "concurrency");
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE,
        "The service " + service.name() + " has all the calls in flight that it may have.",
        Map.of("service", service.name(), "retry_after_sec", 1));
  }

  private static Headers toClient(Service service, Rewrite rewrite, Headers upstream) {
    Headers.Builder fields = FieldHygiene.toClient(upstream);
    return service.rewriteRedirects()
        ? Redirects.rewritten(fields.build(), Instances.bases(service), rewrite)
        : fields.build();
  }

  private static GatewayException open(Exchange exchange, Service service, Duration retryAfter) {
    Duration wait = retryAfter.isZero() ? service.breaker().open() : retryAfter;
    long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    exchange.answerWith(Headers.of("Retry-After", Long.toString(seconds)).fields());
    exchange.log().put("stage", "breaker");
    return new GatewayException(
        ErrorCode.CIRCUIT_OPEN,
        "The service " + service.name() + " has failed repeatedly and is left alone for a while.",
        Map.of("service", service.name(), "retry_after_sec", seconds));
  }

  private static GatewayException failed(
      Exchange exchange, ErrorCode code, Service service, String detail, String reason) {
    exchange.log().put("upstream_fault", reason);
    return new GatewayException(code, "The service " + service.name() + " " + detail + ".");
  }
}
