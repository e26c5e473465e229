package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The services behind the gateway: picks an instance, calls it, and says what became of it. */
final class Backends {
  private final Map<String, Service> services;
  private final Map<String, Instances> instances = new LinkedHashMap<>();
  private final UpstreamFields fields;
  private final HttpUpstream http;
  private final GatewayMetrics metrics;

  Backends(
      Map<String, Service> services,
      UpstreamFields fields,
      HttpUpstream http,
      GatewayMetrics metrics) {
    this.services = services;
    this.fields = fields;
    this.http = http;
    this.metrics = metrics;
    services.forEach((name, service) -> instances.put(name, new Instances(service)));
  }

  /** Calls the back end and says what became of it. */
  UpstreamOutcome call(Exchange exchange, Route route, CanonicalPath path) {
    Service service = service(route);
    long started = System.nanoTime();
    Deadline deadline = Deadline.of(patience(route), exchange.functionRemaining(), started);
    UpstreamOutcome outcome = traced(service, call(exchange, service, path, deadline, started));
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    exchange.log().put("upstream_ms", elapsed);
    metrics.backendCalled(service.name(), status(outcome), elapsed);
    return outcome;
  }

  /** How long a call along a route may take, unless the function ends sooner. */
  Duration patience(Route route) {
    return route.timeout().orElse(service(route).timeout().request());
  }

  private Service service(Route route) {
    return Objects.requireNonNull(services.get(route.service()));
  }

  private HttpUpstream.Call call(
      Exchange exchange, Service service, CanonicalPath path, Deadline deadline, long now) {
    Duration remaining = deadline.remaining(now);
    Headers.Builder headers = fields.of(exchange);
    headers.add("X-Request-Deadline-Ms", Long.toString(remaining.toMillis()));
    URI url =
        Objects.requireNonNull(instances.get(service.name()))
            .next(path, exchange.request().query());
    return new HttpUpstream.Call(
        exchange.request().method(), url, headers.build(), exchange.request().body(), remaining);
  }

  private UpstreamOutcome traced(Service service, HttpUpstream.Call call) {
    try (Tracing.Span span = Tracing.remote(service.name())) {
      UpstreamOutcome outcome = http.send(call);
      if (!(outcome instanceof UpstreamOutcome.Answered)) {
        span.fault();
      }
      return outcome;
    }
  }

  private static String status(UpstreamOutcome outcome) {
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) ->
          Integer.toString(response.status());
      case UpstreamOutcome.Unreachable unreachable -> "unreachable";
      case UpstreamOutcome.Broken broken -> "broken";
      case UpstreamOutcome.TimedOut timedOut -> "timeout";
      case UpstreamOutcome.TooLarge() -> "too-large";
    };
  }

  /**
   * The back end's answer, without the fields of its connection.
   *
   * @throws GatewayException UPSTREAM_ERROR, UPSTREAM_TIMEOUT or RESPONSE_TOO_LARGE
   */
  GatewayResponse answer(Exchange exchange, Route route, UpstreamOutcome outcome) {
    Service service = service(route);
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) ->
          response.withHeaders(FieldHygiene.toClient(response.headers()).build());
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
    };
  }

  private static GatewayException failed(
      Exchange exchange, ErrorCode code, Service service, String detail, String reason) {
    exchange.log().put("upstream_fault", reason);
    return new GatewayException(code, "The service " + service.name() + " " + detail + ".");
  }
}
