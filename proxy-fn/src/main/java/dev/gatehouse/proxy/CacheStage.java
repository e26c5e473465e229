package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.Backends.Pauses;
import dev.gatehouse.redis.RedisFlush;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The shared cache (RFC 9111) in front of routes with {@code cache}: what it keeps is in Redis, and
 * each caller's own unless the route says otherwise. Without Redis, requests go past it.
 */
final class CacheStage {
  /** Says on every answer of such a route what the cache did: hit, miss, stale or bypass. */
  static final String FIELD = "X-Cache";

  private final RedisAnswers answers;
  private final Backends backends;
  private final UpstreamFields fields;
  private final InstantSource clock;
  private final Pauses pauses;
  private final Tokens tokens = new Tokens();

  /**
   * What answers of a route varied by when this environment last saw one: a guess that spares a
   * round trip, and costs one where it is wrong. By the route's line.
   */
  private final Map<Integer, List<String>> names = new ConcurrentHashMap<>();

  /**
   * @param fields the request's as services see them, which is what answers vary by
   * @param clock for the dates in answers; what is kept ages by the clock of Redis
   * @param pauses how to wait for another caller's answer
   */
  CacheStage(
      RedisAnswers answers,
      Backends backends,
      UpstreamFields fields,
      InstantSource clock,
      Pauses pauses) {
    this.answers = answers;
    this.backends = backends;
    this.fields = fields;
    this.clock = clock;
    this.pauses = pauses;
  }

  /** A request before the cache; closed when nothing more can come of it. */
  interface Visit extends AutoCloseable {
    /**
     * The answer.
     *
     * @param service answers where the cache has nothing to do with the request
     */
    GatewayResponse serve(Errand errand, Function<Errand, GatewayResponse> service);

    @Override
    default void close() {}
  }

  /** Asks for a kept answer, in a flush that others use as well. */
  Visit ask(RedisFlush flush, Exchange exchange, Route route, CanonicalPath path) {
    if (route.cache().isEmpty()) {
      return (errand, service) -> service.apply(errand);
    }
    Optional<String> bypass = CacheRules.bypass(exchange);
    if (bypass.isPresent()) {
      return (errand, service) -> bypassed(errand, service, bypass.get());
    }
    return new CacheVisit(this, flush, exchange, route, path);
  }

  GatewayResponse bypassed(
      Errand errand, Function<Errand, GatewayResponse> service, String reason) {
    told(errand.exchange(), "bypass");
    errand.exchange().log().put("cache_reason", reason);
    return service.apply(errand);
  }

  /** Says on the answer and in the log what the cache did. */
  static void told(Exchange exchange, String word) {
    exchange.answerWith(Headers.of(FIELD, word).fields());
    exchange.log().put("cache", word);
  }

  /**
   * After an unsafe request that succeeded: what is kept of its path does not hold any more (RFC
   * 9111 section 4.4).
   *
   * @param read the route that serves GET of this path
   */
  void changed(Exchange exchange, Route read, CanonicalPath path, GatewayResponse answer) {
    if (read.cache().isPresent()
        && answer.status() / 100 <= 3
        && !answers.purge(read, path, token())) {
      exchange.log().put("cache_fault", "not invalidated");
    }
  }

  RedisAnswers answers() {
    return answers;
  }

  Backends backends() {
    return backends;
  }

  InstantSource clock() {
    return clock;
  }

  Pauses pauses() {
    return pauses;
  }

  String token() {
    return tokens.next();
  }

  /** The place of a request's answer, if it varies as the last one of its route did. */
  RedisAnswers.Place guess(Exchange exchange, Route route, CacheKey key) {
    return place(exchange, key, names.getOrDefault(route.line(), names(route, List.of())));
  }

  /** The place of an answer that varies by these fields. */
  RedisAnswers.Place place(Exchange exchange, Route route, CacheKey key, List<String> varying) {
    names.put(route.line(), varying);
    return place(exchange, key, varying);
  }

  private RedisAnswers.Place place(Exchange exchange, CacheKey key, List<String> varying) {
    Headers seen = varying.isEmpty() ? Headers.EMPTY : fields.of(exchange).build();
    return new RedisAnswers.Place(key, varying, key.variantKey(varying, seen));
  }

  /** What answers vary by: what they say and what the route says. */
  static List<String> names(Route route, List<String> told) {
    return Stream.concat(
            told.stream(),
            route.cache().orElseThrow().vary().stream().map(name -> name.toLowerCase(Locale.ROOT)))
        .distinct()
        .sorted()
        .toList();
  }
}
