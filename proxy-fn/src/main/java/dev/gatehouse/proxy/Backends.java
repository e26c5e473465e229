package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Rewrite;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.Route.Idempotency.Store;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.CircuitBreaker.Passage;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The services behind the gateway: picks an instance, calls it, and says what became of it. */
final class Backends {
  /** What a lease holds beside the back end's time: two calls of the store of at most 4 s each. */
  private static final Duration STORE = Duration.ofSeconds(9);

  private final Map<String, Backend> backends = new LinkedHashMap<>();
  private final UpstreamFields fields;
  private final HttpUpstream http;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final GatewayMetrics metrics;

  private final Pauses pauses;

  /**
   * @param pauses how to wait before a retry
   */
  Backends(
      Collection<Backend> backends,
      UpstreamFields fields,
      HttpUpstream http,
      CircuitBreaker breaker,
      Bulkhead bulkhead,
      GatewayMetrics metrics,
      Pauses pauses) {
    backends.forEach(backend -> this.backends.put(backend.service().name(), backend));
    this.fields = fields;
    this.http = http;
    this.breaker = breaker;
    this.bulkhead = bulkhead;
    this.metrics = metrics;
    this.pauses = pauses;
  }

  /** One service with what this environment knows of it. */
  record Backend(Service service, Instances instances, Retries retries, ProbeNews news) {
    static Backend of(
        Service service, Names names, RandomGenerator random, InstantSource clock, OwnZone zone) {
      Instances instances = new Instances(service, names, random, clock, zone::id);
      return new Backend(
          service,
          instances,
          new Retries(service.retry(), random, clock),
          new ProbeNews(service, instances, clock));
    }
  }

  /** Waits. */
  @FunctionalInterface
  interface Pauses {
    void pause(Duration duration) throws InterruptedException;
  }

  /**
   * How the calls of an errand ended.
   *
   * @param outcome the last call's
   * @param earlierUnknown whether an earlier one may have been received
   */
  record Ending(UpstreamOutcome outcome, boolean earlierUnknown) {
    private static Ending of(UpstreamOutcome outcome) {
      return new Ending(outcome, false);
    }
  }

  /** Asks whether the route's service may be called, in a flush that others use as well. */
  Passage ask(RedisFlush flush, Exchange exchange, Route route) {
    return breaker.ask(flush, service(route), lease(exchange, route));
  }

  /** Asks which of the service's instances the prober found down, in the same flush. */
  ProbeNews.Heard news(RedisFlush flush, Route route) {
    return backend(route).news().ask(flush);
  }

  /**
   * Asks for a place among the calls in flight, in the same flush; where the cache may answer, only
   * when a call is to be made.
   */
  Bulkhead.Slot place(RedisFlush flush, Exchange exchange, Route route) {
    return route.cache().isPresent()
        ? bulkhead.later(service(route), lease(exchange, route))
        : bulkhead.ask(flush, service(route), lease(exchange, route));
  }

  /** After it this function has answered or is gone. */
  Duration lease(Exchange exchange, Route route) {
    Duration wanted = Deadline.longest(patience(route)).plus(STORE);
    Duration remaining = exchange.functionRemaining();
    Duration lease = remaining.compareTo(wanted) < 0 ? remaining : wanted;
    return lease.isZero() ? Duration.ofMillis(1) : lease;
  }

  /** Calls the back end, if its breaker lets it, and says what became of it. */
  Ending call(Errand errand) {
    return switch (errand.passage().permit()) {
      case Permit.Open(Duration retryAfter) -> {
        noted(errand, CircuitState.OPEN);
        yield Ending.of(new UpstreamOutcome.CircuitOpen(retryAfter));
      }
      case Permit.Probe _ -> entered(errand);
      case Permit.Closed _ -> entered(errand);
    };
  }

  private Ending entered(Errand errand) {
    return errand.slot().taken() ? called(errand) : Ending.of(new UpstreamOutcome.Full());
  }

  private Ending called(Errand errand) {
    long started = System.nanoTime();
    Exchange exchange = errand.exchange();
    Deadline deadline =
        Deadline.of(patience(errand.route()), exchange.functionRemaining(), started);
    if (deadline.remaining(started).isZero()) {
      return Ending.of(new UpstreamOutcome.TimedOut(false));
    }
    List<Instance> tried = new ArrayList<>(1);
    Ending ending = attempts(errand, deadline, tried);
    exchange.log().put("upstream_ms", Duration.ofNanos(System.nanoTime() - started));
    if (tried.size() > 1) {
      exchange.log().put("retries", tried.size() - 1);
    }
    if (tried.size() == 1) {
      timed(errand, ending.outcome(), System.nanoTime() - started);
    }
    settle(errand, ending.outcome(), tried);
    return ending;
  }

  /** What the limit of calls in flight learns of an answer. */
  private static void timed(Errand errand, UpstreamOutcome outcome, long nanos) {
    if (outcome instanceof UpstreamOutcome.Answered(GatewayResponse response)) {
      String kind = errand.route().match() + " " + response.status() / 100 + "xx";
      errand.slot().answered(kind, Duration.ofNanos(nanos));
    }
  }

  private Ending attempts(Errand errand, Deadline deadline, List<Instance> tried) {
    Retries retries = backend(errand.route()).retries();
    boolean unknown = false;
    while (true) {
      UpstreamOutcome outcome = attempt(errand, deadline, tried);
      Duration remaining = deadline.remaining(System.nanoTime());
      Optional<Duration> pause = retries.pause(errand, outcome, tried.size(), remaining);
      if (pause.isEmpty() || !waited(pause.get())) {
        return new Ending(outcome, unknown);
      }
      unknown |= Effect.of(outcome, Store.SUCCESS) == Effect.UNKNOWN;
    }
  }

  private boolean waited(Duration pause) {
    try {
      pauses.pause(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private UpstreamOutcome attempt(Errand errand, Deadline deadline, List<Instance> tried) {
    Backend backend = backend(errand.route());
    Optional<Duration> hedge = backend.retries().hedge(errand, tried.size());
    Instance instance = backend.instances().next(tried);
    tried.add(instance);
    backend
        .instances()
        .preferredZone()
        .ifPresent(zone -> errand.exchange().log().put("zone", zone));
    instance.zone().ifPresent(zone -> errand.exchange().log().put("upstream_zone", zone));
    return hedge.isPresent()
        ? hedged(errand, deadline, hedge.get(), tried)
        : single(errand, deadline, instance);
  }

  private UpstreamOutcome single(Errand errand, Deadline deadline, Instance instance) {
    Backend backend = backend(errand.route());
    long started = System.nanoTime();
    boolean failed = true;
    try {
      HttpUpstream.Call call = call(errand, instance, deadline.remaining(started));
      UpstreamOutcome outcome = traced(backend.service(), () -> http.send(call));
      failed = outcome.failed();
      called(backend, outcome, started);
      return outcome;
    } finally {
      backend.instances().ended(instance, failed, System.nanoTime() - started);
    }
  }

  private void called(Backend backend, UpstreamOutcome outcome, long started) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    metrics.backendCalled(backend.service().name(), status(outcome), elapsed);
  }

  /** Beside the only one tried another, when that is slow. */
  private UpstreamOutcome hedged(
      Errand errand, Deadline deadline, Duration patience, List<Instance> tried) {
    Backend backend = backend(errand.route());
    Instance first = tried.getFirst();
    List<Instance> slow = List.of(first);
    long started = System.nanoTime();
    Hedge hedge =
        new Hedge(
            http.prepare(call(errand, first, deadline.remaining(started))),
            () -> second(errand, deadline, slow));
    AtomicReference<Hedge.@Nullable Ending> ended = new AtomicReference<>();
    UpstreamOutcome outcome;
    try {
      outcome =
          traced(
              backend.service(),
              () -> {
                Hedge.Ending ending = hedge.run(http, patience);
                ended.set(ending);
                return ending.outcome();
              });
    } finally {
      if (ended.get() == null) {
        backend.instances().ended(first, true, System.nanoTime() - started);
      }
    }
    Hedge.Ending ending = Objects.requireNonNull(ended.get());
    settled(backend, first, ending.first(), started);
    ending
        .second()
        .ifPresent(
            second -> {
              errand.exchange().log().put("hedged", true);
              tried.add(second.instance());
              settled(backend, second.instance(), second.outcome(), started);
            });
    return outcome;
  }

  private Optional<Hedge.Second> second(Errand errand, Deadline deadline, List<Instance> slow) {
    Backend backend = backend(errand.route());
    Optional<Instance> other = backend.instances().beside(slow);
    if (other.isPresent() && !backend.retries().mayHedge()) {
      backend.instances().abandoned(other.get());
      return Optional.empty();
    }
    return other.map(
        instance ->
            new Hedge.Second(
                instance,
                http.prepare(call(errand, instance, deadline.remaining(System.nanoTime())))));
  }

  /** What is learnt of an instance: nothing from a call that was broken off. */
  private void settled(
      Backend backend, Instance instance, Optional<UpstreamOutcome> outcome, long started) {
    if (outcome.isEmpty()) {
      backend.instances().abandoned(instance);
      return;
    }
    called(backend, outcome.get(), started);
    backend.instances().ended(instance, outcome.get().failed(), System.nanoTime() - started);
  }

  /**
   * What the service's circuit learns. The failure of one instance beside others that work is not
   * the service's: that instance is left out.
   */
  private void settle(Errand errand, UpstreamOutcome outcome, List<Instance> tried) {
    if (outcome.failed()) {
      errand.slot().failed();
    }
    Passage passage = errand.passage();
    boolean probe = passage.permit() instanceof Permit.Probe;
    if (outcome.failed() && (probe || !backend(errand.route()).instances().anyOtherStands(tried))) {
      noted(errand, passage.failed());
    } else if (probe) {
      noted(errand, passage.succeeded());
    } else {
      errand.exchange().log().put("breaker", CircuitState.CLOSED.word());
    }
  }

  /** A circuit that is closed and stays so is not worth a metric. */
  private void noted(Errand errand, CircuitState state) {
    errand.exchange().log().put("breaker", state.word());
    metrics.circuitStands(errand.route().service(), state.number());
  }

  /** How long a call along a route may take, unless the function ends sooner. */
  Duration patience(Route route) {
    return route.timeout().orElse(service(route).timeout().request());
  }

  private Backend backend(Route route) {
    return Objects.requireNonNull(backends.get(route.service()));
  }

  private Service service(Route route) {
    return backend(route).service();
  }

  private HttpUpstream.Call call(Errand errand, Instance instance, Duration remaining) {
    GatewayRequest request = errand.exchange().request();
    Headers.Builder headers = fields.of(errand.exchange());
    errand
        .conditions()
        .ifPresent(own -> headers.remove("If-None-Match").remove("If-Modified-Since").addAll(own));
    FieldTransforms.change(errand.route().messages().request(), headers);
    headers.add("X-Request-Deadline-Ms", Long.toString(remaining.toMillis()));
    return new HttpUpstream.Call(
        request.method(),
        instance.url(errand.target(), request.query()),
        instance.address(),
        headers.build(),
        request.body(),
        remaining);
  }

  private static UpstreamOutcome traced(Service service, Supplier<UpstreamOutcome> call) {
    try (Tracing.Span span = Tracing.remote(service.name())) {
      UpstreamOutcome outcome = call.get();
      if (!(outcome instanceof UpstreamOutcome.Answered)) {
        span.fault();
      }
      return outcome;
    }
  }

  private static String status(UpstreamOutcome outcome) {
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) ->
          Integer.toString(response.status());
      case UpstreamOutcome.Unreachable unreachable -> "unreachable";
      case UpstreamOutcome.Broken broken -> "broken";
      case UpstreamOutcome.TimedOut timedOut -> "timeout";
      case UpstreamOutcome.TooLarge() -> "too-large";
      case UpstreamOutcome.CircuitOpen open -> "circuit-open";
      case UpstreamOutcome.Full full -> "full";
    };
  }

  /**
   * The back end's answer, without the fields of its connection.
   *
   * @throws GatewayException UPSTREAM_ERROR, UPSTREAM_TIMEOUT, RESPONSE_TOO_LARGE, CIRCUIT_OPEN or
   *     SERVICE_UNAVAILABLE
   */
  GatewayResponse answer(Errand errand, UpstreamOutcome outcome) {
    Exchange exchange = errand.exchange();
    Service service = service(errand.route());
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) ->
          response.withHeaders(toClient(service, errand.rewrite(), response.headers()));
      case UpstreamOutcome.Unreachable(String reason) ->
          throw failed(exchange, ErrorCode.UPSTREAM_ERROR, service, "cannot be reached", reason);
      case UpstreamOutcome.Broken(String reason) ->
          throw failed(exchange, ErrorCode.UPSTREAM_ERROR, service, "broke off its answer", reason);
      case UpstreamOutcome.TimedOut timedOut ->
          throw failed(
              exchange,
              ErrorCode.UPSTREAM_TIMEOUT,
              service,
              "did not answer in time",
              "deadline passed");
      case UpstreamOutcome.TooLarge() ->
          throw failed(
              exchange,
              ErrorCode.RESPONSE_TOO_LARGE,
              service,
              "answered with more than 6 MB",
              "body over 6 MB");
      case UpstreamOutcome.CircuitOpen(Duration retryAfter) ->
          throw open(exchange, service, retryAfter);
      case UpstreamOutcome.Full() -> throw full(exchange, service);
    };
  }

  private static GatewayException full(Exchange exchange, Service service) {
    exchange.answerWith(Headers.of("Retry-After", "1").fields());
    exchange.log().put("stage", "concurrency");
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE,
        "The service " + service.name() + " has all the calls in flight that it may have.",
        Map.of("service", service.name(), "retry_after_sec", 1));
  }

  private static Headers toClient(Service service, Rewrite rewrite, Headers upstream) {
    Headers.Builder fields = FieldHygiene.toClient(upstream);
    return service.rewriteRedirects()
        ? Redirects.rewritten(fields.build(), Instances.bases(service), rewrite)
        : fields.build();
  }

  private static GatewayException open(Exchange exchange, Service service, Duration retryAfter) {
    Duration wait = retryAfter.isZero() ? service.breaker().open() : retryAfter;
    long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    exchange.answerWith(Headers.of("Retry-After", Long.toString(seconds)).fields());
    exchange.log().put("stage", "breaker");
    return new GatewayException(
        ErrorCode.CIRCUIT_OPEN,
        "The service " + service.name() + " has failed repeatedly and is left alone for a while.",
        Map.of("service", service.name(), "retry_after_sec", seconds));
  }

  private static GatewayException failed(
      Exchange exchange, ErrorCode code, Service service, String detail, String reason) {
    exchange.log().put("upstream_fault", reason);
    return new GatewayException(code, "The service " + service.name() + " " + detail + ".");
  }
}
