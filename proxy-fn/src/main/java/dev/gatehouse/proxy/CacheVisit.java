package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.proxy.RedisAnswers.Asker;
import dev.gatehouse.proxy.RedisAnswers.Found;
import dev.gatehouse.proxy.RedisAnswers.Keeping;
import dev.gatehouse.proxy.RedisAnswers.Place;
import dev.gatehouse.proxy.RedisAnswers.Turn;
import dev.gatehouse.proxy.StoredAnswer.Aged;
import dev.gatehouse.redis.RedisFlush;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One GET or HEAD before the cache.
 *
 * <p>Of those who find nothing fresh one has the lease of the place and asks the service; the
 * others get the stale answer while {@code stale-while-revalidate} lasts, and wait for the new one
 * without. A lease ends with an answer that is kept; without one nobody waits for {@link #UNKEPT},
 * or after a failure for {@link #FAILED}, until one is kept.
 */
final class CacheVisit implements CacheStage.Visit {
  /** An answer that may not be kept says that the next will not be either: they need not queue. */
  private static final Duration UNKEPT = Duration.ofSeconds(10);

  private static final Duration FAILED = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(80);

  private final CacheStage stage;
  private final Exchange exchange;
  private final Route route;
  private final Route.Cache setting;
  private final CanonicalPath path;
  private final CacheKey key;
  private final Asker asker;
  private final RedisAnswers.Asked asked;
  private Place place;
  private @Nullable Found found;
  private boolean leading;
  private boolean tried;

  CacheVisit(
      CacheStage stage, RedisFlush flush, Exchange exchange, Route route, CanonicalPath path) {
    this.stage = stage;
    this.exchange = exchange;
    this.route = route;
    this.setting = route.cache().orElseThrow();
    this.path = path;
    this.key = CacheKey.of(exchange, route, path);
    Duration lease = isHead() ? Duration.ZERO : stage.backends().lease(exchange, route);
    this.asker = new Asker(stage.token(), lease);
    this.place = stage.guess(exchange, route, key);
    this.asked = stage.answers().look(flush, place, asker, route, path);
  }

  @Override
  public GatewayResponse serve(Errand errand, Function<Errand, GatewayResponse> service) {
    return switch (found()) {
      case Found.Known known -> served(errand, known);
      case Found.OtherNames _ -> stage.bypassed(errand, service, "vary");
      case Found.Away _ -> stage.bypassed(errand, service, "redis");
    };
  }

  /** A lease that came to nothing is given back. */
  @Override
  public void close() {
    found();
    if (leading) {
      release(tried ? FAILED : Duration.ZERO, false);
    }
  }

  private Found found() {
    if (found == null) {
      found = settled(asked.found());
    }
    return found;
  }

  private Found lookAgain() {
    return settled(stage.answers().look(place, asker, route, path));
  }

  /** Looks once more where answers vary otherwise than was guessed. */
  private Found settled(Found first) {
    Found last = first;
    if (first instanceof Found.OtherNames(var names)) {
      place = stage.place(exchange, route, key, names);
      last = stage.answers().look(place, asker, route, path);
    }
    leading = last instanceof Found.Known known && known.turn() == Turn.OURS;
    return last;
  }

  private GatewayResponse served(Errand errand, Found.Known known) {
    Headers request = exchange.request().headers();
    Optional<Aged> kept = known.kept();
    if (kept.filter(aged -> CacheRules.suits(request, aged)).isPresent()) {
      return given(kept.get(), "hit");
    }
    if (kept.filter(aged -> CacheRules.takesStale(request, aged)).isPresent()) {
      return given(kept.get(), "stale");
    }
    if (CacheControl.of(request).has("only-if-cached")) {
      throw notKept();
    }
    return switch (known.turn()) {
      case NOBODY, OURS, EVERYBODY, UNKNOWN -> fetched(errand, known);
      case ANOTHERS ->
          kept.filter(Aged::servesWhileRevalidated).isPresent() && !CacheRules.demands(request)
              ? given(kept.get(), "stale")
              : awaited(errand, known);
    };
  }

  /** Waits for what another caller gets, no longer than it may take and half of our own time. */
  private GatewayResponse awaited(Errand errand, Found.Known first) {
    boolean everAsked =
        first.kept().filter(aged -> aged.answer().freshness().lifetime().isZero()).isPresent();
    if (everAsked || !(errand.passage().permit() instanceof Permit.Closed)) {
      return fetched(errand, first);
    }
    long end = System.nanoTime() + patience().toNanos();
    Duration pause = FIRST_PAUSE;
    while (System.nanoTime() < end && paused(pause)) {
      if (!(lookAgain() instanceof Found.Known next)) {
        break;
      }
      if (next.turn() != Turn.ANOTHERS) {
        exchange.log().put("cache_waited", true);
        return served(errand, next);
      }
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }
    return fetched(errand, first);
  }

  private Duration patience() {
    return shorter(stage.backends().patience(route), exchange.functionRemaining().dividedBy(2));
  }

  private boolean paused(Duration pause) {
    try {
      stage.pauses().pause(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks the service: whether a kept answer still holds, or for a new one. */
  private GatewayResponse fetched(Errand errand, Found.Known known) {
    CacheStage.told(exchange, "miss");
    tried = true;
    Optional<Aged> kept = known.kept();
    Headers conditions =
        kept.map(aged -> Conditions.asking(aged.response().headers())).orElse(Headers.EMPTY);
    Errand asking = isHead() ? errand : errand.under(conditions);
    Instant before = stage.clock().instant();
    UpstreamOutcome outcome = stage.backends().call(asking).outcome();
    if (!isHead() && kept.isPresent() && isNotModified(outcome)) {
      Optional<GatewayResponse> confirmed = confirmed(kept.get(), outcome);
      if (confirmed.isPresent()) {
        return kept(known, confirmed.get(), before, "hit");
      }
      before = stage.clock().instant();
      outcome = stage.backends().call(errand.under(Headers.EMPTY)).outcome();
    }
    if (isError(outcome) && kept.filter(this::standsIn).isPresent()) {
      return given(kept.get(), "stale");
    }
    GatewayResponse answer = stage.backends().answer(asking, outcome);
    return isHead() ? answer : kept(known, answer, before, "miss");
  }

  private boolean standsIn(Aged kept) {
    return kept.servesErrors() && !CacheRules.demands(exchange.request().headers());
  }

  private static boolean isError(UpstreamOutcome outcome) {
    return outcome.failed()
        || outcome instanceof UpstreamOutcome.CircuitOpen
        || outcome instanceof UpstreamOutcome.Full;
  }

  private static boolean isNotModified(UpstreamOutcome outcome) {
    return outcome instanceof UpstreamOutcome.Answered(GatewayResponse response)
        && response.status() == 304;
  }

  private static Optional<GatewayResponse> confirmed(Aged kept, UpstreamOutcome outcome) {
    if (!(outcome instanceof UpstreamOutcome.Answered(GatewayResponse response))) {
      return Optional.empty();
    }
    Headers fields = FieldHygiene.toClient(response.headers()).build();
    GatewayResponse old = kept.response();
    return Conditions.confirms(fields, old.headers())
        ? Optional.of(old.withHeaders(Conditions.updated(old.headers(), fields)))
        : Optional.empty();
  }

  /** Keeps an answer if it may be kept. */
  private GatewayResponse kept(
      Found.Known known, GatewayResponse answer, Instant before, String word) {
    Instant now = stage.clock().instant();
    Optional<String> refusal = CacheRules.refusal(exchange, setting, key.common(), answer, now);
    Freshness freshness = Freshness.of(answer.headers(), setting, before, now);
    if (refusal.isEmpty()) {
      refusal = stored(answer, freshness, known.generation());
    }
    if (refusal.isPresent()) {
      exchange.log().put("cache_reason", refusal.get());
      if (answer.status() < 500 && (leading || known.kept().isPresent())) {
        release(UNKEPT, known.kept().isPresent());
      }
      return answer;
    }
    if (word.equals("hit")) {
      exchange.log().put("cache_revalidated", true);
      return given(new Aged(new StoredAnswer(answer, freshness), Duration.ZERO), "hit");
    }
    return Conditions.applied(exchange.request().headers(), answer);
  }

  /** Why it could not be kept; empty when it was. */
  private Optional<String> stored(GatewayResponse answer, Freshness freshness, String generation) {
    Headers headers = answer.headers();
    boolean askable = headers.has("ETag") || headers.has("Last-Modified");
    Duration ask = askable ? setting.ttl() : Duration.ZERO;
    if (!freshness.retention(ask).isPositive()) {
      return Optional.of("stale");
    }
    GatewayResponse ageless = answer.withHeaders(headers.toBuilder().remove("Age").build());
    Optional<byte[]> octets = new StoredAnswer(ageless, freshness).encoded();
    if (octets.isEmpty()) {
      return Optional.of("length");
    }
    Place target =
        stage.place(
            exchange, route, key, CacheStage.names(route, CacheRules.names(answer.headers())));
    Keeping keeping = new Keeping(octets.get(), freshness, generation, ask);
    boolean done = stage.answers().store(target, place, asker.owner(), keeping);
    leading = false;
    return done ? Optional.empty() : Optional.of("redis");
  }

  private void release(Duration pass, boolean drop) {
    leading = false;
    var _ = stage.answers().release(place, asker.owner(), pass, drop);
  }

  private GatewayResponse given(Aged kept, String word) {
    CacheStage.told(exchange, word);
    GatewayResponse response = kept.response();
    String age = Long.toString(kept.age().toSeconds());
    GatewayResponse aged =
        response.withHeaders(response.headers().toBuilder().set("Age", age).build());
    GatewayResponse answer = Conditions.applied(exchange.request().headers(), aged);
    return isHead() ? GatewayResponse.empty(answer.status(), answer.headers()) : answer;
  }

  private boolean isHead() {
    return exchange.request().method().equals("HEAD");
  }

  private GatewayException notKept() {
    exchange.log().put("stage", "cache");
    CacheStage.told(exchange, "miss");
    return new GatewayException(
        ErrorCode.UPSTREAM_TIMEOUT,
        "No answer is kept for this request, and only-if-cached asks for no other.");
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
