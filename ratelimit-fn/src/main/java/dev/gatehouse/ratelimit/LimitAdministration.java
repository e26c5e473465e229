package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.http.Query;
import dev.gatehouse.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * {@code /admin/limits}: shows what a limit has counted for a caller, forgets it, and overrides its
 * numbers for a while. Whom it is about is in the query ({@link CallerFacts}). Shapes:
 * docs/limits.md.
 */
final class LimitAdministration {
  private static final String LIMITS = "/admin/limits";

  private final Gateway gateway;
  private final RateLimiter limiter;
  private final RedisStates states;

  LimitAdministration(Gateway gateway, RateLimiter limiter, RedisStates states) {
    this.gateway = gateway;
    this.limiter = limiter;
    this.states = states;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "GET " + LIMITS, (_, _) -> list(),
        "GET " + LIMITS + "/*", this::show,
        "DELETE " + LIMITS + "/*", this::reset,
        "PUT " + LIMITS + "/*/override", this::override,
        "DELETE " + LIMITS + "/*/override", this::restore);
  }

  private GatewayResponse list() {
    List<Map<String, Object>> limits =
        gateway.limits().values().stream().map(LimitAdministration::described).toList();
    return json(Map.of("limits", limits));
  }

  private GatewayResponse show(Exchange exchange, CanonicalPath path) {
    return standing(exchange, target(exchange, path, "show"));
  }

  private GatewayResponse reset(Exchange exchange, CanonicalPath path) {
    Metered target = target(exchange, path, "reset");
    return done(exchange, target, states.reset(target));
  }

  private GatewayResponse override(Exchange exchange, CanonicalPath path) {
    Limit limit = limit(path);
    OverrideRequest wanted = OverrideRequest.read(limit, JsonBody.of(exchange.request()));
    Metered target = target(exchange, path, "override");
    return done(exchange, target, states.override(target, wanted.algorithm(), wanted.lasting()));
  }

  private GatewayResponse restore(Exchange exchange, CanonicalPath path) {
    Metered target = target(exchange, path, "restore");
    return done(exchange, target, states.restore(target));
  }

  private GatewayResponse done(Exchange exchange, Metered target, boolean done) {
    if (!done) {
      throw Standings.unknown(exchange);
    }
    return standing(exchange, target);
  }

  private GatewayResponse standing(Exchange exchange, Metered target) {
    Decision decision = limiter.decide(List.of(target.lookedAt()));
    if (!decision.degraded().isEmpty()) {
      throw Standings.unknown(exchange);
    }
    return json(Standings.forOperator(decision.quotas().getFirst()));
  }

  private Metered target(Exchange exchange, CanonicalPath path, String operation) {
    Limit limit = limit(path);
    Violations violations = Violations.ofParameters();
    Map<String, String> facts = new LinkedHashMap<>();
    for (Query.Parameter parameter : exchange.request().query().parameters()) {
      if (facts.put(parameter.name(), parameter.value()) != null) {
        violations.add(parameter.name(), "several", "one");
      }
    }
    Caller caller = new CallerFacts(gateway).read(limit, facts, violations);
    violations.check();
    LimitKey key = LimitKey.of(limit, caller);
    Change.note(
        exchange,
        "limits." + operation,
        Map.of("limits", List.of(limit.name()), "limit_key", key.key()));
    return Metered.of(limit, key);
  }

  private Limit limit(CanonicalPath path) {
    String name = path.segments().get(2);
    if (!gateway.limits().containsKey(name)) {
      throw new GatewayException(
          ErrorCode.NOT_FOUND,
          "There is no limit of this name (expected: one of "
              + String.join(", ", gateway.limits().keySet())
              + ").");
    }
    return Objects.requireNonNull(gateway.limits().get(name));
  }

  private static Map<String, Object> described(Limit limit) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("limit", limit.name());
    members.put("by", limit.by().stream().map(CallerFacts::name).toList());
    switch (limit.algorithm()) {
      case Algorithm.TokenBucket(long tokens, Duration per, long burst) -> {
        members.put("tokens", tokens);
        members.put("per_sec", per.toSeconds());
        members.put("burst", burst);
      }
      case Algorithm.SlidingWindow(long requests, Duration window) -> {
        members.put("requests", requests);
        members.put("window_sec", window.toSeconds());
      }
    }
    members.put("cost", limit.cost());
    members.put("shadow", limit.shadow());
    members.put("without_redis", limit.withoutRedis().name().toLowerCase(Locale.ROOT));
    return members;
  }

  private static GatewayResponse json(Map<String, Object> members) {
    return GatewayResponse.json(200, Json.text(json -> Json.value(json, members)));
  }
}
