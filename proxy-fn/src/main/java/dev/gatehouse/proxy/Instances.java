package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Target;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The instances of one service: every address behind every name of it, and which is called next.
 *
 * <p>Round robin starts at a random place, because fresh environments would otherwise all begin
 * with the same instance. Least requests compares two random ones by their calls in flight (the
 * power of two choices) and, where that is equal, as between the single requests of a function's
 * environment, by their average answer time.
 *
 * <p>Where the service tells its zones, those in this environment's own zone are called for as long
 * as at least half of them are in: a zone without instances that work falls to the others, and few
 * are not to carry all (Envoy's locality weights and its panic threshold).
 *
 * <p>An instance that failed {@value #FAILURES} times in a row is left out for 30 s, twice as long
 * when it fails again soon, and so on to 5 min. These numbers are Envoy's (consecutive_5xx,
 * base_ejection_time, max_ejection_time). Those that the prober found down are left out as well,
 * unless all are: then they are called as if it had found none. Ejections never take away more than
 * half, together with those that were found down: none is added, and those that are there do not
 * count, when more would be away.
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier">Outlier
 *     detection</a>
 */
final class Instances {
  static final int FAILURES = 5;
  static final Duration EJECTION = Duration.ofSeconds(30);
  private static final int MOST_EJECTIONS = 10;

  private final Service service;
  private final List<URI> bases;
  private final Names names;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final Supplier<Optional<String>> ownZone;
  private Map<Place, Instance> known = Map.of();
  private ProbeReport report = ProbeReport.NONE;
  private List<Instance> members = List.of();
  private int turn = -1;

  /**
   * @param ownZone asked only where the service tells its zones
   */
  Instances(
      Service service,
      Names names,
      RandomGenerator random,
      InstantSource clock,
      Supplier<Optional<String>> ownZone) {
    this.service = service;
    this.bases = bases(service);
    this.names = names;
    this.random = random;
    this.clock = clock;
    this.ownZone = service.zones().isEmpty() ? Optional::empty : ownZone;
  }

  /** The base addresses of a service. */
  static List<URI> bases(Service service) {
    return switch (service.target()) {
      case Target.Urls(List<URI> urls) -> urls;
      case Target.CloudMap(String host, int port) ->
          List.of(URI.create("http://" + host + ":" + port));
      case Target.Grpc grpc ->
          throw new IllegalArgumentException(
              "services." + service.name() + ".grpc (expected: url, urls or cloudMap)");
    };
  }

  /**
   * The next instance, whose call begins now.
   *
   * @param tried those to be avoided, if there are others
   */
  Instance next(Collection<Instance> tried) {
    List<Place> places = places();
    Optional<String> zone = ownZone.get();
    synchronized (this) {
      refresh(places);
      Instance chosen =
          members.size() == 1
              ? members.getFirst()
              : choose(near(zone, candidates(tried)), tried.isEmpty());
      chosen.begun();
      return chosen;
    }
  }

  /** The zone whose instances are preferred, where the service tells its zones. */
  Optional<String> preferredZone() {
    return ownZone.get();
  }

  /** One beside these, whose call begins now; empty where no other is in. */
  Optional<Instance> beside(Collection<Instance> tried) {
    Optional<String> zone = ownZone.get();
    synchronized (this) {
      List<Instance> others =
          candidates(tried).stream().filter(member -> !tried.contains(member)).toList();
      if (others.isEmpty()) {
        return Optional.empty();
      }
      Instance chosen = choose(near(zone, others), false);
      chosen.begun();
      return Optional.of(chosen);
    }
  }

  /** A call of this instance was broken off, which says nothing about it. */
  synchronized void abandoned(Instance instance) {
    instance.abandoned();
  }

  /** A call of this instance has ended. */
  synchronized void ended(Instance instance, boolean failed, long nanos) {
    Instant now = clock.instant();
    if (!failed) {
      instance.succeeded(now, nanos);
    } else if (instance.failed() >= FAILURES && mayEject(now)) {
      instance.eject(now, EJECTION, MOST_EJECTIONS);
    }
  }

  /** Whether one could be left out. */
  boolean areSeveral() {
    return bases.size() > 1 || places().size() > 1;
  }

  /** What the last round of probes found, for as long as it holds. */
  synchronized void told(ProbeReport last) {
    report = last;
    known.forEach(this::tell);
  }

  private void tell(Place place, Instance instance) {
    boolean down = report.of(place).equals(Optional.of(ProbeReport.State.DOWN));
    instance.down(down ? report.until() : Instant.MIN);
  }

  /** Whether any but these is known to work, so that their failures are not the service's. */
  synchronized boolean anyOtherStands(Collection<Instance> failed) {
    Instant since = clock.instant().minus(Circuits.WINDOW);
    return members.size() > 1
        && members.stream().anyMatch(member -> !failed.contains(member) && member.stands(since));
  }

  private List<Place> places() {
    return Place.behind(bases, names);
  }

  /** What was seen of an instance is kept for as long as its name leads there. */
  private void refresh(List<Place> places) {
    if (known.size() == places.size() && known.keySet().containsAll(places)) {
      return;
    }
    Map<Place, Instance> found = new LinkedHashMap<>();
    for (Place place : places) {
      Instance old = known.get(place);
      found.put(place, old != null ? old : instance(place));
    }
    known = found;
    members = List.copyOf(found.values());
    known.forEach(this::tell);
  }

  private Instance instance(Place place) {
    return new Instance(place.base(), place.address(), place.address().flatMap(service::zoneOf));
  }

  /** Of these those in a zone, if they are at least half of all there; else these. */
  private List<Instance> near(Optional<String> zone, List<Instance> candidates) {
    if (zone.isEmpty()) {
      return candidates;
    }
    List<Instance> near = candidates.stream().filter(one -> one.zone().equals(zone)).toList();
    long all = members.stream().filter(one -> one.zone().equals(zone)).count();
    return !near.isEmpty() && 2L * near.size() >= all ? near : candidates;
  }

  private List<Instance> candidates(Collection<Instance> tried) {
    Instant now = clock.instant();
    List<Instance> others = members.stream().filter(member -> !tried.contains(member)).toList();
    boolean anyUp = isAnyUp(now);
    boolean few = away(now) > members.size() / 2;
    List<Instance> in =
        others.stream()
            .filter(member -> few || !member.isOut(now))
            .filter(member -> !(anyUp && member.isKnownDown(now)))
            .toList();
    if (!in.isEmpty()) {
      return in;
    }
    return others.isEmpty() ? members : others;
  }

  /** A retry takes no turn: otherwise a bad instance would be next more often than the others. */
  private Instance choose(List<Instance> candidates, boolean first) {
    return switch (service.balance()) {
      case ROUND_ROBIN -> {
        if (turn < 0) {
          turn = random.nextInt(candidates.size());
        } else if (first) {
          turn = (turn + 1) & Integer.MAX_VALUE;
        }
        yield candidates.get(turn % candidates.size());
      }
      case LEAST_REQUESTS -> freer(candidates);
    };
  }

  private Instance freer(List<Instance> candidates) {
    int first = random.nextInt(candidates.size());
    if (candidates.size() == 1) {
      return candidates.get(first);
    }
    int second = (first + 1 + random.nextInt(candidates.size() - 1)) % candidates.size();
    Instance one = candidates.get(first);
    Instance two = candidates.get(second);
    return two.isFreerThan(one) ? two : one;
  }

  private boolean mayEject(Instant now) {
    return away(now) < members.size() / 2;
  }

  /** How many are ejected or believed to be down. */
  private long away(Instant now) {
    boolean anyUp = isAnyUp(now);
    return members.stream()
        .filter(member -> member.isOut(now) || (anyUp && member.isKnownDown(now)))
        .count();
  }

  private boolean isAnyUp(Instant now) {
    return members.stream().anyMatch(member -> !member.isKnownDown(now));
  }
}
