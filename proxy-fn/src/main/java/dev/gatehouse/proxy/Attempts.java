package dev.gatehouse.proxy;

import dev.gatehouse.config.Route.Idempotency.Store;
import dev.gatehouse.proxy.Backends.Ending;
import dev.gatehouse.proxy.Backends.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The calls of one errand: the first, those beside it, and those that are made again. */
final class Attempts {
  private final InstanceCalls calls;
  private final Pauses pauses;
  private final Backend backend;
  private final Errand errand;
  private final Deadline deadline;
  private final List<Instance> tried = new ArrayList<>(1);
  private int retries = -1;

  Attempts(InstanceCalls calls, Pauses pauses, Backend backend, Errand errand, Deadline deadline) {
    this.calls = calls;
    this.pauses = pauses;
    this.backend = backend;
    this.errand = errand;
    this.deadline = deadline;
  }

  /** Calls until there is an answer, or none is to be had. */
  Ending make() {
    boolean unknown = false;
    while (true) {
      UpstreamOutcome outcome = next();
      Duration remaining = deadline.remaining(System.nanoTime());
      Optional<Duration> pause = backend.retries().pause(errand, outcome, tried.size(), remaining);
      if (pause.isEmpty() || !waited(pause.get())) {
        return new Ending(outcome, unknown);
      }
      unknown |= Effect.of(outcome, Store.SUCCESS) == Effect.UNKNOWN;
    }
  }

  /** The instances that were called, in this order. */
  List<Instance> tried() {
    return tried;
  }

  /** How often a failed call was made again. */
  int retries() {
    return retries;
  }

  private UpstreamOutcome next() {
    Optional<Duration> hedge = backend.retries().hedge(errand, tried.size());
    Instance instance = backend.instances().next(tried);
    tried.add(instance);
    retries++;
    noteZones(instance);
    return hedge.isPresent()
        ? hedged(instance, hedge.get())
        : calls.single(backend, errand, deadline, instance);
  }

  private void noteZones(Instance instance) {
    backend
        .instances()
        .preferredZone()
        .ifPresent(zone -> errand.exchange().log().put("zone", zone));
    instance.zone().ifPresent(zone -> errand.exchange().log().put("upstream_zone", zone));
  }

  private UpstreamOutcome hedged(Instance instance, Duration patience) {
    InstanceCalls.Hedged hedged = calls.hedged(backend, errand, deadline, instance, patience);
    hedged
        .second()
        .ifPresent(
            second -> {
              errand.exchange().log().put("hedged", true);
              tried.add(second);
            });
    return hedged.outcome();
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
}
