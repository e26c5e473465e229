package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of instances, each of which learns how its call ended; traced and measured. */
final class InstanceCalls {
  private final UpstreamFields fields;
  private final HttpUpstream http;
  private final GatewayMetrics metrics;

  InstanceCalls(UpstreamFields fields, HttpUpstream http, GatewayMetrics metrics) {
    this.fields = fields;
    this.http = http;
    this.metrics = metrics;
  }

  /**
   * How a call ended that may have had another beside it.
   *
   * @param second the other's instance, if it was made
   */
  record Hedged(UpstreamOutcome outcome, Optional<Instance> second) {}

  /** Calls it. */
  UpstreamOutcome single(Backend backend, Errand errand, Deadline deadline, Instance instance) {
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

  /** Calls the first, and another beside it when that is slow. */
  Hedged hedged(
      Backend backend, Errand errand, Deadline deadline, Instance first, Duration patience) {
    long started = System.nanoTime();
    Hedge hedge =
        new Hedge(
            http.prepare(call(errand, first, deadline.remaining(started))),
            () -> second(backend, errand, deadline, first));
    Hedge.Ending ending = run(backend, hedge, first, patience, started);
    settled(backend, first, ending.first(), started);
    ending.second().ifPresent(it -> settled(backend, it.instance(), it.outcome(), started));
    return new Hedged(ending.outcome(), ending.second().map(Hedge.Answered::instance));
  }

  /** An instance has its call back whatever ends it. */
  private Hedge.Ending run(
      Backend backend, Hedge hedge, Instance first, Duration patience, long started) {
    AtomicReference<Hedge.@Nullable Ending> ended = new AtomicReference<>();
    try {
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
    return Objects.requireNonNull(ended.get());
  }

  private Optional<Hedge.Second> second(
      Backend backend, Errand errand, Deadline deadline, Instance slow) {
    Optional<Instance> other = backend.instances().beside(List.of(slow));
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

  private void called(Backend backend, UpstreamOutcome outcome, long started) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    metrics.backendCalled(backend.service().name(), status(outcome), elapsed);
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
        instance.origin(),
        instance.target(errand.target(), request.query()),
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
}
