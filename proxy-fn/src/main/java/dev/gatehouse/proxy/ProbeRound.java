package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Target;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.proxy.Backends.Pauses;
import dev.gatehouse.proxy.ProbeReport.State;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One round: every instance of every service with {@code health} is probed, and what was found is
 * shared through Redis.
 *
 * <p>An instance is up at its first probe that succeeds, and down after {@value #PROBES} in a row
 * that do not. All are probed at the same time, {@value #AT_ONCE} of them in flight, because each
 * has a socket and a share of one CPU. What is not decided when the round's time is over is in no
 * report: it is not known.
 */
final class ProbeRound {
  static final int PROBES = 3;
  static final Duration PAUSE = Duration.ofMillis(500);

  /** A third of the time to the next round. */
  static final Duration BOUND = Duration.ofSeconds(20);

  private static final int AT_ONCE = 32;

  private final List<Service> services;
  private final Names names;
  private final Probe probe;
  private final Redis redis;
  private final Pauses pauses;
  private final InstantSource clock;
  private final Duration bound;

  /**
   * @param pauses how to wait between the probes of an instance
   * @param bound how long the probes of a round may take together
   */
  ProbeRound(
      Gateway gateway,
      Names names,
      Probe probe,
      Redis redis,
      Pauses pauses,
      InstantSource clock,
      Duration bound) {
    this.services = gateway.services().values().stream().filter(ProbeRound::isProbed).toList();
    this.names = names;
    this.probe = probe;
    this.redis = redis;
    this.pauses = pauses;
    this.clock = clock;
    this.bound = bound;
  }

  private static boolean isProbed(Service service) {
    return service.health().isPresent() && !(service.target() instanceof Target.Grpc);
  }

  /**
   * What was found of a service.
   *
   * @param before the report that this one has replaced
   * @param undecided instances for which there was no time
   */
  record Finding(Service service, ProbeReport before, ProbeReport now, int undecided) {}

  /**
   * Probes and shares.
   *
   * @throws GatewayException SERVICE_UNAVAILABLE when Redis does not answer; before the probes, so
   *     that none is made in vain, or after them
   */
  List<Finding> run() throws InterruptedException {
    Map<Service, ProbeReport> before = last();
    Instant began = clock.instant();
    List<Finding> findings = new ArrayList<>();
    Map<Service, Map<Place, Optional<State>>> found = probed();
    found.forEach(
        (service, places) ->
            findings.add(
                finding(service, before.getOrDefault(service, ProbeReport.NONE), began, places)));
    share(findings);
    return findings;
  }

  private Map<Service, ProbeReport> last() {
    RedisFlush flush = redis.flush();
    Map<Service, Pending<Optional<byte[]>>> asked = new LinkedHashMap<>();
    services.forEach(service -> asked.put(service, flush.add(ProbeReport.read(service.name()))));
    Map<Service, ProbeReport> reports = new LinkedHashMap<>();
    asked.forEach(
        (service, pending) ->
            reports.put(
                service, answered(pending).flatMap(ProbeReport::parse).orElse(ProbeReport.NONE)));
    return reports;
  }

  private Map<Service, Map<Place, Optional<State>>> probed() throws InterruptedException {
    Semaphore room = new Semaphore(AT_ONCE);
    List<Probed> probed = new ArrayList<>();
    for (Service service : services) {
      Place.behind(Instances.bases(service), names)
          .forEach(place -> probed.add(new Probed(service, place, room)));
    }
    Map<Service, Map<Place, Optional<State>>> found = new LinkedHashMap<>();
    services.forEach(service -> found.put(service, new LinkedHashMap<>()));
    try (ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<State>> states =
          probes.invokeAll(probed, bound.toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < states.size(); i++) {
        Probed one = probed.get(i);
        found
            .computeIfAbsent(one.service(), _ -> new LinkedHashMap<>())
            .put(one.place(), decided(states.get(i)));
      }
    }
    return found;
  }

  private static Optional<State> decided(Future<State> state) throws InterruptedException {
    try {
      return state.isCancelled() ? Optional.empty() : Optional.of(state.get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  /** The probes of one instance. */
  private final class Probed implements Callable<State> {
    private final Service service;
    private final Place place;
    private final Semaphore room;

    private Probed(Service service, Place place, Semaphore room) {
      this.service = service;
      this.place = place;
      this.room = room;
    }

    Service service() {
      return service;
    }

    Place place() {
      return place;
    }

    @Override
    public State call() throws InterruptedException {
      for (int i = 0; i < PROBES; i++) {
        if (i > 0) {
          pauses.pause(PAUSE);
        }
        if (isUp()) {
          return State.UP;
        }
      }
      return State.DOWN;
    }

    private boolean isUp() throws InterruptedException {
      room.acquire();
      try {
        return probe.isUp(service, place);
      } finally {
        room.release();
      }
    }
  }

  private static Finding finding(
      Service service, ProbeReport before, Instant began, Map<Place, Optional<State>> places) {
    Map<String, State> states = new LinkedHashMap<>();
    places.forEach((place, state) -> state.ifPresent(known -> states.put(place.text(), known)));
    return new Finding(
        service, before, new ProbeReport(began, states), places.size() - states.size());
  }

  private void share(List<Finding> findings) {
    RedisFlush flush = redis.flush();
    List<Pending<String>> written = new ArrayList<>();
    findings.forEach(
        finding -> written.add(flush.add(finding.now().write(finding.service().name()))));
    written.forEach(ProbeRound::answered);
  }

  private static <T> T answered(Pending<T> pending) {
    return switch (pending.reply()) {
      case Answered<T>(T value) -> value;
      case Unavailable<T>(var reason, String detail) ->
          throw new GatewayException(
              ErrorCode.SERVICE_UNAVAILABLE,
              "Redis: " + reason + ", " + detail + " (expected: an answer)");
    };
  }
}
