package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.proxy.CircuitBreaker.Passage;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The services behind the gateway: whether one may be called, and what is learnt of its calls. */
final class Backends {
  /** What a lease holds beside the back end's time: two calls of the store of at most 4 s each. */
  private static final Duration STORE = Duration.ofSeconds(9);

  private final Map<String, Backend> backends = new LinkedHashMap<>();
  private final InstanceCalls calls;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final GatewayMetrics metrics;
  private final Pauses pauses;

  /**
   * @param pauses how to wait before a retry
   */
  Backends(
      Collection<Backend> backends,
      UpstreamFields fields,
      HttpUpstream http,
      CircuitBreaker breaker,
      Bulkhead bulkhead,
      GatewayMetrics metrics,
      Pauses pauses) {
    backends.forEach(backend -> this.backends.put(backend.service().name(), backend));
    this.calls = new InstanceCalls(fields, http, metrics);
    this.breaker = breaker;
    this.bulkhead = bulkhead;
    this.metrics = metrics;
    this.pauses = pauses;
  }

  /** Waits. */
  @FunctionalInterface
  interface Pauses {
    void pause(Duration duration) throws InterruptedException;
  }

  /**
   * How the calls of an errand ended.
   *
   * @param outcome the last call's
   * @param earlierUnknown whether an earlier one may have been received
   */
  record Ending(UpstreamOutcome outcome, boolean earlierUnknown) {
    private static Ending of(UpstreamOutcome outcome) {
      return new Ending(outcome, false);
    }
  }

  /** Asks whether the route's service may be called, in a flush that others use as well. */
  Passage ask(RedisFlush flush, Exchange exchange, Route route) {
    return breaker.ask(flush, service(route), lease(exchange, route));
  }

  /** Asks which of the service's instances the prober found down, in the same flush. */
  ProbeNews.Heard news(RedisFlush flush, Route route) {
    return backend(route).news().ask(flush);
  }

  /**
   * Asks for a place among the calls in flight, in the same flush; where the cache may answer, only
   * when a call is to be made.
   */
  Bulkhead.Slot place(RedisFlush flush, Exchange exchange, Route route) {
    return route.cache().isPresent()
        ? bulkhead.later(service(route), lease(exchange, route))
        : bulkhead.ask(flush, service(route), lease(exchange, route));
  }

  /** After it this function has answered or is gone. */
  Duration lease(Exchange exchange, Route route) {
    Duration wanted = Deadline.longest(patience(route)).plus(STORE);
    Duration remaining = exchange.functionRemaining();
    Duration lease = remaining.compareTo(wanted) < 0 ? remaining : wanted;
    return lease.isZero() ? Duration.ofMillis(1) : lease;
  }

  /** Calls the back end, if its breaker lets it, and says what became of it. */
  Ending call(Errand errand) {
    return switch (errand.passage().permit()) {
      case Permit.Open(Duration retryAfter) -> {
        noted(errand, CircuitState.OPEN);
        yield Ending.of(new UpstreamOutcome.CircuitOpen(retryAfter));
      }
      case Permit.Probe _ -> entered(errand);
      case Permit.Closed _ -> entered(errand);
    };
  }

  private Ending entered(Errand errand) {
    return errand.slot().taken() ? called(errand) : Ending.of(new UpstreamOutcome.Full());
  }

  private Ending called(Errand errand) {
    long started = System.nanoTime();
    Exchange exchange = errand.exchange();
    Deadline deadline =
        Deadline.of(patience(errand.route()), exchange.functionRemaining(), started);
    if (deadline.remaining(started).isZero()) {
      return Ending.of(new UpstreamOutcome.TimedOut(false));
    }
    Attempts attempts = new Attempts(calls, pauses, backend(errand.route()), errand, deadline);
    Ending ending = attempts.make();
    exchange.log().put("upstream_ms", Duration.ofNanos(System.nanoTime() - started));
    if (attempts.retries() > 0) {
      exchange.log().put("retries", attempts.retries());
    }
    if (attempts.tried().size() == 1) {
      timed(errand, ending.outcome(), System.nanoTime() - started);
    }
    settle(errand, ending.outcome(), attempts.tried());
    return ending;
  }

  /** What the limit of calls in flight learns of an answer. */
  private static void timed(Errand errand, UpstreamOutcome outcome, long nanos) {
    if (outcome instanceof UpstreamOutcome.Answered(GatewayResponse response)) {
      errand
          .slot()
          .answered(
              () -> errand.route().match() + " " + response.status() / 100 + "xx",
              Duration.ofNanos(nanos));
    }
  }

  /**
   * What the service's circuit learns. The failure of one instance beside others that work is not
   * the service's: that instance is left out.
   */
  private void settle(Errand errand, UpstreamOutcome outcome, List<Instance> tried) {
    if (outcome.failed()) {
      errand.slot().failed();
    }
    Passage passage = errand.passage();
    boolean probe = passage.permit() instanceof Permit.Probe;
    if (outcome.failed() && (probe || !backend(errand.route()).instances().anyOtherStands(tried))) {
      noted(errand, passage.failed());
    } else if (probe) {
      noted(errand, passage.succeeded());
    } else {
      errand.exchange().log().put("breaker", CircuitState.CLOSED.word());
    }
  }

  /** A circuit that is closed and stays so is not worth a metric. */
  private void noted(Errand errand, CircuitState state) {
    errand.exchange().log().put("breaker", state.word());
    metrics.circuitStands(errand.route().service(), state.number());
  }

  /**
   * The back end's answer, without the fields of its connection.
   *
   * @throws GatewayException UPSTREAM_ERROR, UPSTREAM_TIMEOUT, RESPONSE_TOO_LARGE, CIRCUIT_OPEN or
   *     SERVICE_UNAVAILABLE
   */
  GatewayResponse answer(Errand errand, UpstreamOutcome outcome) {
    return UpstreamAnswer.of(service(errand.route()), errand, outcome);
  }

  /** How long a call along a route may take, unless the function ends sooner. */
  Duration patience(Route route) {
    return route.timeout().orElse(service(route).timeout().request());
  }

  private Backend backend(Route route) {
    return Objects.requireNonNull(backends.get(route.service()));
  }

  private Service service(Route route) {
    return backend(route).service();
  }
}
