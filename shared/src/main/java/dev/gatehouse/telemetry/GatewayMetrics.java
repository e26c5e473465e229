package dev.gatehouse.telemetry;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import dev.gatehouse.telemetry.MetricDirective.Metric;
import dev.gatehouse.telemetry.MetricDirective.Unit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * The metrics of contract.md, each a line in the function's log, of which CloudWatch Logs makes
 * metrics ({@link MetricDirective}).
 *
 * <p>Dimensions are of bounded cardinality: routes by their pattern, never paths; services and
 * limits by their name in gateway.yaml.
 */
public final class GatewayMetrics {
  private static final MetricDirective REQUEST =
      MetricDirective.of(
          List.of("method", "route", "status"),
          new Metric("http_server_requests_total", Unit.COUNT),
          new Metric("http_server_requests_duration_seconds", Unit.SECONDS));

  private static final MetricDirective CALL =
      of(new Metric("backend_call_duration_seconds", Unit.SECONDS), "service", "status");

  private static final MetricDirective CIRCUIT =
      of(new Metric("circuit_breaker_state", Unit.NONE), "service");

  private static final MetricDirective PROBES = counter("probes_total", "service", "outcome");

  private static final MetricDirective PRIMING =
      of(new Metric("priming_duration_seconds", Unit.SECONDS));

  private static final MetricDirective LIMITED = counter("ratelimit_dropped_total", "limit");
  private static final MetricDirective SHADOWED = counter("ratelimit_shadowed_total", "limit");
  private static final MetricDirective DEGRADED = counter("ratelimit_degraded_total", "limit");
  private static final MetricDirective LEDGER = counter("idempotency_hits_total", "outcome");
  private static final MetricDirective FAILURE = counter("gateway_requests_failed_total", "reason");

  private static final MetricDirective FALLBACK = counter("fallback_answers_total", "service");

  private static final MetricDirective QUEUE =
      counter("queue_operations_total", "queue", "operation", "outcome");

  private static final MetricDirective WAIT =
      of(new Metric("queue_wait_time_seconds", Unit.SECONDS), "queue");

  private final InstantSource clock;
  private final Consumer<String> lines;

  public GatewayMetrics() {
    this(InstantSource.system(), line -> LambdaRuntime.getLogger().log(line + "\n"));
  }

  /**
   * Metrics that are written elsewhere.
   *
   * @param lines takes each line, without its end
   */
  GatewayMetrics(InstantSource clock, Consumer<String> lines) {
    this.clock = clock;
    this.lines = lines;
  }

  /** Those of a rehearsal, which nobody is to count. */
  public static GatewayMetrics unwritten() {
    return new GatewayMetrics(InstantSource.system(), line -> {});
  }

  /** One answered request. */
  public void requestCompleted(String method, String route, int status, Duration elapsed) {
    emit(REQUEST, List.of(method, route, Integer.toString(status)), 1, seconds(elapsed));
  }

  /** One call of a back end. */
  public void backendCalled(String service, String status, Duration elapsed) {
    emit(CALL, List.of(service, status), seconds(elapsed));
  }

  /**
   * How a service's circuit stands, told whenever a call finds it other than closed or changes it.
   *
   * @param state 0 closed, 1 half open, 2 open
   */
  public void circuitStands(String service, int state) {
    emit(CIRCUIT, List.of(service), state);
  }

  /**
   * What one round of probes found of a service's instances.
   *
   * @param number of instances; nothing is told of none
   */
  public void probed(String service, String outcome, long number) {
    if (number > 0) {
      emit(PROBES, List.of(service, outcome), (double) number);
    }
  }

  /** What was done before the first request, whose own requests are counted nowhere. */
  public void primed(Duration elapsed) {
    emit(PRIMING, List.of(), seconds(elapsed));
  }

  /** A request that a limit refused. */
  public void rateLimited(String limit) {
    emit(LIMITED, List.of(limit), 1);
  }

  /** A request that a limit in shadow would have refused. */
  public void limitShadowed(String limit) {
    emit(SHADOWED, List.of(limit), 1);
  }

  /** A limit that was decided without Redis. */
  public void limitDegraded(String limit) {
    emit(DEGRADED, List.of(limit), 1);
  }

  /** A request with an idempotency key. */
  public void idempotencyHit(String outcome) {
    emit(LEDGER, List.of(outcome), 1);
  }

  /** A request that failed in the gateway itself. */
  public void requestFailed(String reason) {
    emit(FAILURE, List.of(reason), 1);
  }

  /** An answer of the route's own in place of a service that gave none. */
  public void fallbackGiven(String service) {
    emit(FALLBACK, List.of(service), 1);
  }

  /** One operation of a queue. */
  public void queueOperated(String queue, String operation, String outcome) {
    emit(QUEUE, List.of(queue, operation, outcome), 1);
  }

  /** What an operation of a queue has done to others: so many were called, so many expired. */
  public void queueMoved(String queue, String operation, long number) {
    if (number > 0) {
      emit(QUEUE, List.of(queue, operation, "moved"), (double) number);
    }
  }

  /** How long someone had waited who enters. */
  public void queueWaited(String queue, Duration elapsed) {
    emit(WAIT, List.of(queue), seconds(elapsed));
  }

  private void emit(MetricDirective directive, List<String> values, double... numbers) {
    lines.accept(directive.line(clock.instant(), values, numbers));
  }

  private static double seconds(Duration elapsed) {
    return elapsed.toNanos() / 1e9;
  }

  private static MetricDirective counter(String name, String... dimensions) {
    return of(new Metric(name, Unit.COUNT), dimensions);
  }

  private static MetricDirective of(Metric metric, String... dimensions) {
    return MetricDirective.of(List.of(dimensions), metric);
  }
}
