package dev.gatehouse.proxy;

import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.config.Variants;
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
import java.util.Map;
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
  private final RouteTable<Fork> forks;
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
    this.forks =
        RouteTable.of(
            Variants.of(gateway.routes()).stream()
                .map(same -> Fork.of(same, gateway, schemas))
                .toList());
    this.gate = gate;
    this.limitStage = limitStage;
    this.queueStage = queueStage;
    this.cacheStage = cacheStage;
    this.ledgerStage = ledgerStage;
    this.backends = backends;
    this.flushes = flushes;
    this.metrics = metrics;
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
    return switch (forks.find(exchange.request().method(), path.segments())) {
      case RouteTable.Found<Fork>(Fork fork) -> along(fork, exchange, path);
      case RouteTable.MethodNotAllowed<Fork>(SortedSet<String> allowed) ->
          gate.otherMethod(exchange, allowed);
      case RouteTable.NoRoute<Fork>() -> throw Gate.notFound();
    };
  }

  private GatewayResponse along(Fork fork, Exchange exchange, CanonicalPath path) {
    exchange.routeIs(fork.pattern());
    Way way = fork.way(exchange);
    way.version().ifPresent(version -> version.tell(exchange));
    gate.admit(exchange, way.route().allow());
    return switch (way.course()) {
      case Way.Course.Straight() -> served(way, way.route(), exchange, path);
      case Way.Course.Parted(Split split) -> served(way, split.route(exchange), exchange, path);
      case Way.Course.Back(Destination.Redirect redirect) -> {
        spend(way, exchange, flushes.get());
        yield Redirection.of(redirect, path, exchange.request().query());
      }
    };
  }

  /**
   * @param route the way's own, to one service
   */
  private GatewayResponse served(Way way, Route route, Exchange exchange, CanonicalPath path) {
    exchange.log().put("upstream", route.service());
    RedisFlush flush = flushes.get();
    ProbeNews.Heard news = backends.news(flush, route);
    try (Passage passage = backends.ask(flush, exchange, route);
        Bulkhead.Slot slot = backends.place(flush, exchange, route);
        CacheStage.Visit visit = cacheStage.ask(flush, exchange, route, path)) {
      spend(way, exchange, flush);
      news.pass();
      way.body().ifPresent(rules -> rules.check(exchange));
      queueStage.admit(exchange, route, path);
      GatewayResponse answer =
          answered(way, visit, Errand.of(exchange, route, path, passage, slot));
      queueStage.release(exchange, route, answer);
      invalidate(exchange, path, answer);
      return FieldTransforms.changed(route.messages().response(), answer);
    }
  }

  private GatewayResponse answered(Way way, CacheStage.Visit visit, Errand errand) {
    try {
      return visit.serve(errand, ledgerStage::serve);
    } catch (GatewayException e) {
      Exchange exchange = errand.exchange();
      GatewayResponse answer =
          way.fallback().flatMap(fallback -> fallback.insteadOf(exchange, e)).orElseThrow(() -> e);
      metrics.fallbackGiven(errand.route().service());
      return answer;
    }
  }

  private void spend(Way way, Exchange exchange, RedisFlush flush) {
    if (!way.limits().isEmpty()) {
      limitStage.spend(exchange, flush, way);
    }
  }

  /** What was changed through the gateway is not given out of its cache any more. */
  private void invalidate(Exchange exchange, CanonicalPath path, GatewayResponse answer) {
    if (SAFE.contains(exchange.request().method())) {
      return;
    }
    if (forks.find("GET", path.segments()) instanceof RouteTable.Found<Fork>(Fork reads)) {
      for (Way read : reads.ways()) {
        if (read.route().cache().isPresent()) {
          // All variants and sides of a match are purged at once.
          cacheStage.changed(exchange, read.route(), path, answer);
          return;
        }
      }
    }
  }
}
