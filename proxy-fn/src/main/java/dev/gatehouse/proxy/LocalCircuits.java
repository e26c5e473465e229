package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The circuits of one environment, for as long as Redis is away. */
final class LocalCircuits implements Circuits {
  private final InstantSource clock;
  private final Map<String, Circuit> circuits = new HashMap<>();

  LocalCircuits(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Asked look(Service service, Supplier<String> owner, Duration lease) {
    return () -> Optional.of(permit(service, owner.get(), lease));
  }

  private synchronized Permit permit(Service service, String owner, Duration lease) {
    return of(service).look(owner, lease, clock.instant());
  }

  @Override
  public synchronized Optional<CircuitState> failed(Service service, String owner) {
    Circuit circuit = of(service);
    circuit.failed(owner, service.breaker(), clock.instant());
    return Optional.of(circuit.state(clock.instant()));
  }

  @Override
  public synchronized Optional<CircuitState> succeeded(Service service, String owner) {
    Circuit circuit = of(service);
    if (circuit.probedBy(owner, clock.instant())) {
      circuit.successes++;
      circuit.leaseUntil = Instant.MIN;
      if (circuit.successes >= service.breaker().successes()) {
        circuits.remove(service.name());
      }
    }
    return Optional.of(of(service).state(clock.instant()));
  }

  @Override
  public synchronized boolean released(Service service, String owner) {
    Circuit circuit = of(service);
    if (circuit.probedBy(owner, clock.instant())) {
      circuit.leaseUntil = Instant.MIN;
    }
    return true;
  }

  @Override
  public synchronized boolean hold(Service service, CircuitState openOrClosed) {
    Circuit circuit = new Circuit();
    circuit.held = Optional.of(openOrClosed);
    circuits.put(service.name(), circuit);
    return true;
  }

  @Override
  public synchronized boolean let(Service service) {
    circuits.remove(service.name());
    return true;
  }

  @Override
  public synchronized Optional<Standing> standing(Service service) {
    return Optional.of(of(service).standing(clock.instant()));
  }

  private Circuit of(Service service) {
    return circuits.computeIfAbsent(service.name(), _ -> new Circuit());
  }

  /** One circuit; it has been open since its last failure, if {@code openUntil} is set. */
  private static final class Circuit {
    private final Deque<Instant> failures = new ArrayDeque<>();
    private Optional<CircuitState> held = Optional.empty();
    private Optional<Instant> openUntil = Optional.empty();
    private Instant leaseUntil = Instant.MIN;
    private String owner = "";
    private int successes;

    Permit look(String caller, Duration lease, Instant now) {
      return switch (state(now)) {
        case CLOSED -> new Permit.Closed();
        case OPEN -> new Permit.Open(left(openUntil, now));
        case HALF_OPEN -> {
          if (leaseUntil.isAfter(now)) {
            yield new Permit.Open(shorter(Duration.between(now, leaseUntil), WHILE_PROBED));
          }
          leaseUntil = now.plus(lease);
          owner = caller;
          yield new Permit.Probe();
        }
      };
    }

    void failed(String caller, Service.Breaker setting, Instant now) {
      if (held.isPresent()) {
        return;
      }
      if (openUntil.isEmpty()) {
        failures.add(now);
        failures.removeIf(at -> !at.isAfter(now.minus(WINDOW)));
        if (failures.size() < setting.failures()) {
          return;
        }
      } else if (!probedBy(caller, now)) {
        return;
      }
      failures.clear();
      openUntil = Optional.of(now.plus(setting.open()));
      leaseUntil = Instant.MIN;
      successes = 0;
    }

    /** The lease may be over: what counts is that nobody else has it. */
    boolean probedBy(String caller, Instant now) {
      return state(now) == CircuitState.HALF_OPEN
          && !leaseUntil.equals(Instant.MIN)
          && owner.equals(caller);
    }

    Standing standing(Instant now) {
      int recent = (int) failures.stream().filter(at -> at.isAfter(now.minus(WINDOW))).count();
      return new Standing(state(now), left(openUntil, now), recent, held.isPresent());
    }

    private CircuitState state(Instant now) {
      return held.orElseGet(
          () ->
              openUntil
                  .map(until -> now.isBefore(until) ? CircuitState.OPEN : CircuitState.HALF_OPEN)
                  .orElse(CircuitState.CLOSED));
    }

    private static Duration shorter(Duration a, Duration b) {
      return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration left(Optional<Instant> until, Instant now) {
      return until
          .filter(end -> end.isAfter(now))
          .map(end -> Duration.between(now, end))
          .orElse(Duration.ZERO);
    }
  }
}
