package dev.gatehouse.proxy;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.ratelimit.Decision;
import dev.gatehouse.ratelimit.DecisionReport;
import dev.gatehouse.ratelimit.RateLimitHeaders;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.InstantSource;
import java.util.Map;

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
   * Spends, in a flush that others use as well.
   *
   * @throws GatewayException RATE_LIMITED, naming the limit
   */
  void spend(Exchange exchange, RedisFlush flush, Way way) {
    Caller caller = Caller.of(exchange, way.name());
    Decision decision = limiter.ask(flush, way.limits(), caller).decision();
    exchange.answerWith(RateLimitHeaders.of(decision, clock.instant()).fields());
    DecisionReport.note(decision, exchange.log(), metrics);
    switch (decision) {
      case Decision.Admitted admitted -> {}
      case Decision.Refused refused -> throw refusal(exchange, refused);
    }
  }

  private static GatewayException refusal(Exchange exchange, Decision.Refused refused) {
    String limit = refused.refusedBy().name();
    exchange.log().put("stage", "limit");
    long seconds = refused.retryAfter().plusNanos(999_999_999).toSeconds();
    return new GatewayException(
        ErrorCode.RATE_LIMITED,
        "The limit \"" + limit + "\" is used up; the next request passes in " + seconds + " s.",
        Map.of("limit", limit, "retry_after_sec", seconds));
  }
}
