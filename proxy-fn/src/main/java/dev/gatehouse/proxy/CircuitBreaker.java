package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.redis.RedisFlush;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/**
 * The circuits that all environments share, and those of this one for as long as the shared ones do
 * not answer.
 */
final class CircuitBreaker {
  private static final int OWNER_OCTETS = 8;

  private final Circuits shared;
  private final Circuits local;
  private final SecureRandom random = new SecureRandom();

  CircuitBreaker(Circuits shared, Circuits local) {
    this.shared = shared;
    this.local = local;
  }

  /** A call that wants to be made. */
  final class Passage {
    private final Service service;
    private final String owner;
    private final Duration lease;
    private final Circuits.Asked asked;
    private Circuits answering;

    private Passage(Service service, Duration lease, Circuits circuits) {
      this.service = service;
      this.owner = owner();
      this.lease = lease;
      this.answering = shared;
      this.asked = circuits.look(service, owner, lease);
    }

    /** Whether it may; asks once. */
    Permit permit() {
      return asked
          .permit()
          .orElseGet(
              () -> {
                answering = local;
                return local.look(service, owner, lease).permit().orElse(new Permit.Closed());
              });
    }

    /** It failed: one write, and only now. */
    void failed() {
      if (!answering.failed(service, owner)) {
        local.failed(service, owner);
      }
    }

    /** The probe succeeded. */
    void succeeded() {
      var _ = answering.succeeded(service, owner);
    }

    /** The probe was not made. */
    void released() {
      var _ = answering.released(service, owner);
    }
  }

  /** Asks in a flush that others use as well. */
  Passage ask(RedisFlush flush, Service service, Duration lease) {
    return new Passage(service, lease, shared.joining(flush));
  }

  private String owner() {
    byte[] octets = new byte[OWNER_OCTETS];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
