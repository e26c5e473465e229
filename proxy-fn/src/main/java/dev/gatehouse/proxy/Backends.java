package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.CircuitBreaker.Passage;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.proxy.Circuits.State;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The services behind the gateway: picks an instance, calls it, and says what became of it. */
final class Backends {
  /** What a lease holds beside the back end's time: two calls of the store of at most 4 s each. */
  private static final Duration STORE = Duration.ofSeconds(9);

  private final Map<String, Service> services;
  private final Map<String, Instances> instances = new LinkedHashMap<>();
  private final UpstreamFields fields;
  private final HttpUpstream http;
  private final CircuitBreaker breaker;
  private final GatewayMetrics metrics;

  Backends(
      Map<String, Service> services,
      UpstreamFields fields,
      HttpUpstream http,
      CircuitBreaker breaker,
      GatewayMetrics metrics) {
    this.services = services;
    this.breaker = breaker;
    this.fields = fields;
    this.http = http;
    this.metrics = metrics;
    services.forEach((name, service) -> instances.put(name, new Instances(service)));
  }

  /** Asks whether the route's service may be called, in a flush that others use as well. */
  Passage ask(RedisFlush flush, Exchange exchange, Route route) {
    return breaker.ask(flush, service(route), lease(exchange, route));
  }

  /** After it this function has answered or is gone. */
  Duration lease(Exchange exchange, Route route) {
    Duration wanted = Deadline.longest(patience(route)).plus(STORE);
    Duration remaining = exchange.functionRemaining();
    Duration lease = remaining.compareTo(wanted) < 0 ? remaining : wanted;
    return lease.isZero() ? Duration.ofMillis(1) : lease;
  }

  /** Calls the back end, if its breaker lets it, and says what became of it. */
  UpstreamOutcome call(Errand errand) {
    return switch (errand.passage().permit()) {
      case Permit.Open(Duration retryAfter) -> {
        noted(errand, State.OPEN);
        yield new UpstreamOutcome.CircuitOpen(retryAfter);
      }
      case Permit.Probe _ -> called(errand);
      case Permit.Closed _ -> called(errand);
    };
  }

  private UpstreamOutcome called(Errand errand) {
    long started = System.nanoTime();
    Exchange exchange = errand.exchange();
    Deadline deadline =
        Deadline.of(patience(errand.route()), exchange.functionRemaining(), started);
    if (deadline.remaining(started).isZero()) {
      return new UpstreamOutcome.TimedOut(false);
    }
    Service service = service(errand.route());
    UpstreamOutcome outcome =
        traced(service, call(exchange, service, errand.path(), deadline, started));
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    exchange.log().put("upstream_ms", elapsed);
    metrics.backendCalled(service.name(), status(outcome), elapsed);
    settle(errand, outcome);
    return outcome;
  }

  private void settle(Errand errand, UpstreamOutcome outcome) {
    Passage passage = errand.passage();
    if (outcome.failed()) {
      noted(errand, passage.failed());
    } else if (passage.permit() instanceof Permit.Probe) {
      noted(errand, passage.succeeded());
    } else {
      errand.exchange().log().put("breaker", State.CLOSED.word());
    }
  }

  /** A circuit that is closed and stays so is not worth a metric. */
  private void noted(Errand errand, State state) {
    errand.exchange().log().put("breaker", state.word());
    metrics.circuitStands(errand.route().service(), state.number());
  }

  /** How long a call along a route may take, unless the function ends sooner. */
  private Duration patience(Route route) {
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
      case UpstreamOutcome.CircuitOpen open -> "circuit-open";
    };
  }

  /**
   * The back end's answer, without the fields of its connection.
   *
   * @throws GatewayException UPSTREAM_ERROR, UPSTREAM_TIMEOUT, RESPONSE_TOO_LARGE or CIRCUIT_OPEN
   */
  GatewayResponse answer(Errand errand, UpstreamOutcome outcome) {
    Exchange exchange = errand.exchange();
    Service service = service(errand.route());
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
      case UpstreamOutcome.CircuitOpen(Duration retryAfter) ->
          throw open(exchange, service, retryAfter);
    };
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
