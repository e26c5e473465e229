package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Route;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.ratelimit.Decision;
import dev.gatehouse.ratelimit.RateLimitHeaders;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Spends a route's limits, all of them or none, and says on every answer what is left. */
final class LimitStage {
  private final RateLimiter limiter;
  private final GatewayMetrics metrics;
  private final InstantSource clock;

  LimitStage(RateLimiter limiter, GatewayMetrics metrics, InstantSource clock) {
    this.limiter = limiter;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Spends.
   *
   * @throws GatewayException RATE_LIMITED, naming the limit
   */
  void spend(Exchange exchange, Route route, List<Limit> limits) {
    Decision decision = limiter.decide(limits, caller(exchange, route));
    exchange.answerWith(RateLimitHeaders.of(decision, clock.instant()).fields());
    if (!decision.degraded().isEmpty()) {
      exchange
          .log()
          .put("limits_without_redis", decision.degraded().stream().map(Limit::name).toList());
      decision.degraded().forEach(limit -> metrics.limitDegraded(limit.name()));
    }
    List<String> shadows =
        decision.quotas().stream()
            .filter(quota -> quota.limit().shadow() && !quota.passed())
            .map(quota -> quota.limit().name())
            .toList();
    if (!shadows.isEmpty()) {
      exchange.log().put("limits_in_shadow", shadows);
      shadows.forEach(metrics::limitShadowed);
    }
    switch (decision) {
      case Decision.Admitted admitted -> {}
      case Decision.Refused refused -> throw refusal(exchange, refused);
    }
  }

  private GatewayException refusal(Exchange exchange, Decision.Refused refused) {
    String limit = refused.refusedBy().name();
    exchange.log().put("limit", limit).put("stage", "limit");
    metrics.rateLimited(limit);
    long seconds = refused.retryAfter().plusNanos(999_999_999).toSeconds();
    return new GatewayException(
        ErrorCode.RATE_LIMITED,
        "The limit \"" + limit + "\" is used up; the next request passes in " + seconds + " s.",
        Map.of("limit", limit, "retry_after_sec", seconds));
  }

  private static Caller caller(Exchange exchange, Route route) {
    Optional<Principal> principal = exchange.caller();
    Map<String, String> claims = exchange.request().authorizer();
    return new Caller(
        principal.map(known -> new Caller.User(known.issuer(), known.subject())),
        exchange.clientAddress(),
        route.match().toString(),
        principal
            .filter(known -> known.kind() == CredentialKind.API_KEY)
            .flatMap(Principal::credential),
        principal.flatMap(Principal::tier),
        principal.map(known -> Set.copyOf(known.roles())).orElse(Set.of()),
        name -> exchange.request().headers().first(name),
        name -> Optional.ofNullable(claims.get(name)));
  }
}
