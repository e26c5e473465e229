package dev.gatehouse.telemetry;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import dev.gatehouse.telemetry.MetricLine.Metric;
import dev.gatehouse.telemetry.MetricLine.Unit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The metrics of contract.md, each a line in the function's log, of which CloudWatch Logs makes
 * metrics ({@link MetricLine}).
 *
 * <p>Dimensions are of bounded cardinality: routes by their pattern, never paths; services and
 * limits by their name in gateway.yaml.
 */
public final class GatewayMetrics {
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
    emit(
        Map.of("method", method, "route", route, "status", Integer.toString(status)),
        new Metric("http_server_requests_total", 1, Unit.COUNT),
        seconds("http_server_requests_duration_seconds", elapsed));
  }

  /** One call of a back end. */
  public void backendCalled(String service, String status, Duration elapsed) {
    emit(
        Map.of("service", service, "status", status),
        seconds("backend_call_duration_seconds", elapsed));
  }

  /**
   * How a service's circuit stands, told whenever a call finds it other than closed or changes it.
   *
   * @param state 0 closed, 1 half open, 2 open
   */
  public void circuitStands(String service, int state) {
    emit(Map.of("service", service), new Metric("circuit_breaker_state", state, Unit.NONE));
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
          new Metric("probes_total", (double) number, Unit.COUNT));
    }
  }

  /** What was done before the first request, whose own requests are counted nowhere. */
  public void primed(Duration elapsed) {
    emit(Map.of(), seconds("priming_duration_seconds", elapsed));
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
        new Metric("queue_operations_total", 1, Unit.COUNT));
  }

  /** What an operation of a queue has done to others: so many were called, so many expired. */
  public void queueMoved(String queue, String operation, long number) {
    if (number > 0) {
      emit(
          Map.of("queue", queue, "operation", operation, "outcome", "moved"),
          new Metric("queue_operations_total", (double) number, Unit.COUNT));
    }
  }

  /** How long someone had waited who enters. */
  public void queueWaited(String queue, Duration elapsed) {
    emit(Map.of("queue", queue), seconds("queue_wait_time_seconds", elapsed));
  }

  private void count(String metric, String dimension, String value) {
    emit(Map.of(dimension, value), new Metric(metric, 1, Unit.COUNT));
  }

  private void emit(Map<String, String> dimensions, Metric... metrics) {
    lines.accept(MetricLine.of(clock.instant(), dimensions, List.of(metrics)));
  }

  private static Metric seconds(String name, Duration elapsed) {
    return new Metric(name, elapsed.toNanos() / 1e9, Unit.SECONDS);
  }
}
