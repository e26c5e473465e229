package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import java.util.ArrayList;
import java.util.List;

/** What operators are told of a decision: a fact of the log line and a count per limit. */
public final class DecisionReport {
  private DecisionReport() {}

  /** Notes the limits that refused, that would have refused, and that Redis did not decide. */
  public static void note(Decision decision, RequestLog log, GatewayMetrics metrics) {
    if (!decision.degraded().isEmpty()) {
      log.put("limits_without_redis", decision.degraded().stream().map(Limit::name).toList());
      decision.degraded().forEach(limit -> metrics.limitDegraded(limit.name()));
    }
    List<String> shadows = new ArrayList<>(0);
    for (Quota quota : decision.quotas()) {
      if (quota.limit().shadow() && !quota.passed()) {
        shadows.add(quota.limit().name());
      }
    }
    if (!shadows.isEmpty()) {
      log.put("limits_in_shadow", shadows);
      shadows.forEach(metrics::limitShadowed);
    }
    if (decision instanceof Decision.Refused refused) {
      log.put("limit", refused.refusedBy().name());
      metrics.rateLimited(refused.refusedBy().name());
    }
  }
}
