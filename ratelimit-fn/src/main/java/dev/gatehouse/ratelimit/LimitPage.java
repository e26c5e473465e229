package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.json.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /api/v1/limits}: what the caller has left, and nothing of it is spent.
 *
 * <p>Shown are the limits that apply to this caller and count by what is known outside of a route:
 * not those by {@code route}, and none in shadow.
 */
final class LimitPage {
  private final RateLimiter limiter;
  private final List<Limit> limits;
  private final InstantSource clock;

  LimitPage(Gateway gateway, RateLimiter limiter, InstantSource clock) {
    this.limiter = limiter;
    this.limits =
        gateway.limits().values().stream()
            .filter(limit -> !limit.shadow() && !limit.by().contains(Fact.ROUTE))
            .toList();
    this.clock = clock;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of("GET /api/v1/limits", (exchange, _) -> answer(exchange));
  }

  private GatewayResponse answer(Exchange exchange) {
    Decision decision = limiter.look(limits, Caller.of(exchange, ""));
    if (!decision.degraded().isEmpty()) {
      throw Standings.unknown(exchange);
    }
    Decision now = new Decision.Admitted(decision.quotas(), List.of());
    exchange.answerWith(RateLimitHeaders.of(now, clock.instant()).fields());
    List<Map<String, Object>> standings =
        decision.quotas().stream().map(Standings::forCaller).toList();
    return GatewayResponse.json(
        200, Json.text(json -> Json.value(json, Map.of("limits", standings))));
  }
}
