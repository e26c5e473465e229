package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Service;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.proxy.Circuits.Standing;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The circuits that all environments share, and those of this one for as long as the shared ones do
 * not answer.
 */
final class CircuitBreaker {
  private final Circuits shared;
  private final Circuits local;
  private final Tokens owners = new Tokens();

  CircuitBreaker(Circuits shared, Circuits local) {
    this.shared = shared;
    this.local = local;
  }

  /**
   * Circuits in Redis.
   *
   * @param clock for what is kept here; Redis has its own
   */
  static CircuitBreaker in(Redis redis, InstantSource clock) {
    return new CircuitBreaker(RedisCircuits.in(redis), new LocalCircuits(clock));
  }

  /**
   * A call that wants to be made; closed when nothing more can come of it. Who never asked for its
   * permit has taken no probe.
   */
  final class Passage implements AutoCloseable {
    private final Service service;
    private final Duration lease;
    private final Circuits.Asked asked;
    private Circuits answering;
    private @Nullable String owner;
    private @Nullable Permit permit;
    private boolean settled;

    private Passage(Service service, Duration lease, Circuits circuits) {
      this.service = service;
      this.lease = lease;
      this.answering = shared;
      this.asked = circuits.look(service, this::owner, lease);
    }

    /** Whether it may; asks once. */
    Permit permit() {
      if (permit == null) {
        permit = asked.permit().orElseGet(this::locally);
      }
      return permit;
    }

    private Permit locally() {
      answering = local;
      return local.look(service, this::owner, lease).permit().orElse(new Permit.Closed());
    }

    private String owner() {
      if (owner == null) {
        owner = owners.next();
      }
      return owner;
    }

    /** It failed: one write, and only now. How the circuit stands after it. */
    CircuitState failed() {
      settled = true;
      return answering
          .failed(service, owner())
          .or(() -> local.failed(service, owner()))
          .orElse(CircuitState.CLOSED);
    }

    /** It did not fail; written only when it was a probe. How the circuit stands after it. */
    CircuitState succeeded() {
      settled = true;
      return permit() instanceof Permit.Probe
          ? answering.succeeded(service, owner()).orElse(CircuitState.HALF_OPEN)
          : CircuitState.CLOSED;
    }

    /** A probe that was not made is left to the next caller. */
    @Override
    public void close() {
      if (!settled && permit instanceof Permit.Probe) {
        var _ = answering.released(service, owner());
      }
    }
  }

  /**
   * Asks in a flush that others use as well.
   *
   * @param lease how long the call may take
   */
  Passage ask(RedisFlush flush, Service service, Duration lease) {
    return new Passage(service, lease, shared.joining(flush));
  }

  /** How a circuit stands: for all environments, or without Redis for this one. */
  Standing standing(Service service) {
    return shared.standing(service).or(() -> local.standing(service)).orElse(Standing.CLOSED);
  }

  /** Holds a circuit open or closed for all environments; false when that could not be told. */
  boolean hold(Service service, CircuitState openOrClosed) {
    return shared.hold(service, openOrClosed);
  }

  /** Lets a circuit decide by itself again; false when that could not be told. */
  boolean let(Service service) {
    return shared.let(service) && local.let(service);
  }
}
