package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Matched;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.proxy.CircuitBreaker.Passage;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * The way of a request, in the order of architecture.md: path, route, authorize, limit, body,
 * queue, cache, ledger, upstream. What Redis is asked for before the back end is called leaves in
 * one flush.
 *
 * <p>A stage that refuses throws a {@link GatewayException}; what it found out before stays in the
 * {@link Exchange}, so that a refusal carries the same rate-limit fields and log facts as an
 * answer.
 */
final class Pipeline implements FrontDoor.Answer {
  private static final Set<String> SAFE = Set.of("GET", "HEAD");

  private final Endpoints pages;
  private final RouteTable<Way> ways;
  private final Gate gate;
  private final LimitStage limitStage;
  private final QueueStage queueStage;
  private final CacheStage cacheStage;
  private final LedgerStage ledgerStage;
  private final Backends backends;
  private final Supplier<RedisFlush> flushes;
  private final GatewayMetrics metrics;

  Pipeline(
      Gateway gateway,
      Endpoints pages,
      Gate gate,
      LimitStage limitStage,
      QueueStage queueStage,
      CacheStage cacheStage,
      LedgerStage ledgerStage,
      Backends backends,
      Supplier<RedisFlush> flushes,
      GatewayMetrics metrics) {
    this.pages = pages;
    Map<String, BodySchema> schemas = new HashMap<>();
    this.ways =
        RouteTable.of(
            gateway.routes().stream().map(route -> Way.of(route, gateway, schemas)).toList());
    this.gate = gate;
    this.limitStage = limitStage;
    this.queueStage = queueStage;
    this.cacheStage = cacheStage;
    this.ledgerStage = ledgerStage;
    this.backends = backends;
    this.flushes = flushes;
    this.metrics = metrics;
  }

  /** A route with what it needs on every request. */
  private record Way(
      Route route,
      String pattern,
      List<Limit> limits,
      Optional<VersionFields> version,
      Optional<BodyRules> body,
      Optional<Fallback> fallback)
      implements Matched {
    static Way of(Route route, Gateway gateway, Map<String, BodySchema> schemas) {
      return new Way(
          route,
          route.match().pattern(),
          route.limits().stream()
              .map(name -> Objects.requireNonNull(gateway.limits().get(name)))
              .toList(),
          route.version().map(VersionFields::of),
          route.messages().accepts().map(accepts -> BodyRules.of(accepts, schemas)),
          route.messages().fallback().map(Fallback::of));
    }

    @Override
    public Match match() {
      return route.match();
    }
  }

  /**
   * The answer, before the fields that every answer carries.
   *
   * @throws GatewayException when a stage refuses
   */
  @Override
  public GatewayResponse to(Exchange exchange) {
    CanonicalPath path = exchange.path();
    return pages.answer(exchange, path).orElseGet(() -> routed(exchange, path));
  }

  private GatewayResponse routed(Exchange exchange, CanonicalPath path) {
    return switch (ways.find(exchange.request().method(), path.segments())) {
      case RouteTable.Found<Way>(Way way) -> along(way, exchange, path);
      case RouteTable.MethodNotAllowed<Way>(SortedSet<String> allowed) ->
          gate.otherMethod(exchange, allowed);
      case RouteTable.NoRoute<Way>() -> throw Gate.notFound();
    };
  }

  private GatewayResponse along(Way way, Exchange exchange, CanonicalPath path) {
    exchange.routeIs(way.pattern());
    exchange.log().put("upstream", way.route().service());
    way.version().ifPresent(version -> version.tell(exchange));
    gate.admit(exchange, way.route().allow());
    RedisFlush flush = flushes.get();
    try (Passage passage = backends.ask(flush, exchange, way.route());
        Bulkhead.Slot slot = backends.place(flush, exchange, way.route());
        CacheStage.Visit visit = cacheStage.ask(flush, exchange, way.route(), path)) {
      if (!way.limits().isEmpty()) {
        limitStage.spend(exchange, flush, way.route(), way.limits());
      }
      way.body().ifPresent(rules -> rules.check(exchange));
      queueStage.admit(exchange, way.route(), path);
      GatewayResponse answer =
          served(way, exchange, visit, Errand.of(exchange, way.route(), path, passage, slot));
      queueStage.release(exchange, way.route(), answer);
      invalidate(exchange, path, answer);
      return FieldTransforms.changed(way.route().messages().response(), answer);
    }
  }

  private GatewayResponse served(
      Way way, Exchange exchange, CacheStage.Visit visit, Errand errand) {
    try {
      return visit.serve(errand, ledgerStage::serve);
    } catch (GatewayException e) {
      GatewayResponse answer =
          way.fallback().flatMap(fallback -> fallback.insteadOf(exchange, e)).orElseThrow(() -> e);
      metrics.fallbackGiven(way.route().service());
      return answer;
    }
  }

  /** What was changed through the gateway is not given out of its cache any more. */
  private void invalidate(Exchange exchange, CanonicalPath path, GatewayResponse answer) {
    if (SAFE.contains(exchange.request().method())) {
      return;
    }
    if (ways.find("GET", path.segments()) instanceof RouteTable.Found<Way>(Way read)) {
      cacheStage.changed(exchange, read.route(), path, answer);
    }
  }
}
