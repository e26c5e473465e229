package dev.gatehouse.telemetry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.MetricsFactory;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * The metrics of contract.md in CloudWatch's embedded metric format, through Powertools Metrics.
 *
 * <p>Dimensions are of bounded cardinality: routes by their pattern, never paths; services and
 * limits by their name in gateway.yaml.
 */
public final class GatewayMetrics {
  private final Optional<Metrics> metrics;

  public GatewayMetrics() {
    this(Optional.of(MetricsFactory.getMetricsInstance()));
  }

  private GatewayMetrics(Optional<Metrics> metrics) {
    this.metrics = metrics;
  }

  /** Those of a rehearsal, which nobody is to count. */
  public static GatewayMetrics unwritten() {
    return new GatewayMetrics(Optional.empty());
  }

  /** One answered request. */
  public void requestCompleted(String method, String route, int status, Duration elapsed) {
    emit(
        Map.of("method", method, "route", route, "status", Integer.toString(status)),
        scope -> {
          scope.addMetric("http_server_requests_total", 1, MetricUnit.COUNT);
          scope.addMetric(
              "http_server_requests_duration_seconds", seconds(elapsed), MetricUnit.SECONDS);
        });
  }

  /** One call of a back end. */
  public void backendCalled(String service, String status, Duration elapsed) {
    emit(
        Map.of("service", service, "status", status),
        scope ->
            scope.addMetric("backend_call_duration_seconds", seconds(elapsed), MetricUnit.SECONDS));
  }

  /**
   * How a service's circuit stands, told whenever a call finds it other than closed or changes it.
   *
   * @param state 0 closed, 1 half open, 2 open
   */
  public void circuitStands(String service, int state) {
    emit(
        Map.of("service", service),
        scope -> scope.addMetric("circuit_breaker_state", state, MetricUnit.NONE));
  }

  /**
   * What one round of probes found of a service's instances.
   *
   * @param number of instances; nothing is told of none
   */
  public void probed(String service, String outcome, long number) {
    if (number > 0) {
      emit(
          Map.of("service", service, "outcome", outcome),
          scope -> scope.addMetric("probes_total", (double) number, MetricUnit.COUNT));
    }
  }

  /** What was done before the first request, whose own requests are counted nowhere. */
  public void primed(Duration elapsed) {
    emit(
        Map.of(),
        scope -> scope.addMetric("priming_duration_seconds", seconds(elapsed), MetricUnit.SECONDS));
  }

  /** A request that a limit refused. */
  public void rateLimited(String limit) {
    count("ratelimit_dropped_total", "limit", limit);
  }

  /** A request that a limit in shadow would have refused. */
  public void limitShadowed(String limit) {
    count("ratelimit_shadowed_total", "limit", limit);
  }

  /** A limit that was decided without Redis. */
  public void limitDegraded(String limit) {
    count("ratelimit_degraded_total", "limit", limit);
  }

  /** A request with an idempotency key. */
  public void idempotencyHit(String outcome) {
    count("idempotency_hits_total", "outcome", outcome);
  }

  /** A request that failed in the gateway itself. */
  public void requestFailed(String reason) {
    count("gateway_requests_failed_total", "reason", reason);
  }

  /** An answer of the route's own in place of a service that gave none. */
  public void fallbackGiven(String service) {
    count("fallback_answers_total", "service", service);
  }

  /** One operation of a queue. */
  public void queueOperated(String queue, String operation, String outcome) {
    emit(
        Map.of("queue", queue, "operation", operation, "outcome", outcome),
        scope -> scope.addMetric("queue_operations_total", 1, MetricUnit.COUNT));
  }

  /** What an operation of a queue has done to others: so many were called, so many expired. */
  public void queueMoved(String queue, String operation, long number) {
    if (number > 0) {
      emit(
          Map.of("queue", queue, "operation", operation, "outcome", "moved"),
          scope -> scope.addMetric("queue_operations_total", (double) number, MetricUnit.COUNT));
    }
  }

  /** How long someone had waited who enters. */
  public void queueWaited(String queue, Duration elapsed) {
    emit(
        Map.of("queue", queue),
        scope -> scope.addMetric("queue_wait_time_seconds", seconds(elapsed), MetricUnit.SECONDS));
  }

  private void count(String metric, String dimension, String value) {
    emit(Map.of(dimension, value), scope -> scope.addMetric(metric, 1, MetricUnit.COUNT));
  }

  private void emit(Map<String, String> dimensions, Consumer<Metrics> values) {
    metrics.ifPresent(
        written ->
            written.flushMetrics(
                scope -> {
                  if (!dimensions.isEmpty()) {
                    DimensionSet set = new DimensionSet();
                    dimensions.forEach(set::addDimension);
                    scope.addDimension(set);
                  }
                  values.accept(scope);
                }));
  }

  private static double seconds(Duration elapsed) {
    return elapsed.toNanos() / 1e9;
  }
}
