package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitScript;
import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Service;
import dev.gatehouse.redis.RedisFlush;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The circuit breakers of all services: a service that failed {@code failures} times within {@link
 * #WINDOW} is left alone for {@code open}, then probed by one call at a time until {@code
 * successes} in a row have closed its circuit.
 *
 * <p>Looking at a closed circuit writes nothing. A probe is a lease: whoever loses it, or began
 * before the circuit opened, changes nothing any more. An operator may hold a circuit open or
 * closed; then nothing but {@link #let} moves it.
 *
 * @see <a href="https://martinfowler.com/bliki/CircuitBreaker.html">Circuit breaker</a>
 */
interface Circuits {
  /** Within this time failures add up. */
  Duration WINDOW = CircuitScript.WINDOW;

  /**
   * When to ask again while somebody probes: its lease is the longest that a call may take, most
   * calls take milliseconds.
   */
  Duration WHILE_PROBED = Duration.ofSeconds(1);

  /** What a circuit says to a call. */
  sealed interface Permit {
    /** Go. */
    record Closed() implements Permit {}

    /** Go, and tell how it ended: the circuit waits for this call alone. */
    record Probe() implements Permit {}

    /**
     * Do not go.
     *
     * @param retryAfter when it may be different; zero when only an operator knows
     */
    record Open(Duration retryAfter) implements Permit {}
  }

  /**
   * How a circuit stands.
   *
   * @param retryAfter how long an open one stays so
   * @param failures those within {@link #WINDOW}, while it is closed
   * @param held by an operator's hand
   */
  record Standing(CircuitState state, Duration retryAfter, int failures, boolean held) {
    /** Nothing is known to be wrong. */
    static final Standing CLOSED = new Standing(CircuitState.CLOSED, Duration.ZERO, 0, false);
  }

  /** A question on its way; a probe is taken when the answer is asked for, not before. */
  interface Asked {
    /** The answer; empty where the store did not answer. */
    Optional<Permit> permit();
  }

  /**
   * The same circuits, whose next question leaves with this flush; circuits without flushes are
   * themselves.
   */
  default Circuits joining(RedisFlush flush) {
    return this;
  }

  /**
   * Asks for a call that ends within the lease.
   *
   * @param owner the call's own name, needed only for a probe
   */
  Asked look(Service service, Supplier<String> owner, Duration lease);

  /** The owner's call failed: what that makes of the circuit; empty without a store. */
  Optional<CircuitState> failed(Service service, String owner);

  /** The owner's probe succeeded: what that makes of the circuit; empty without a store. */
  Optional<CircuitState> succeeded(Service service, String owner);

  /** The owner's probe was not made; false without a store, as for all that follow. */
  boolean released(Service service, String owner);

  /** Holds a circuit open or closed. */
  boolean hold(Service service, CircuitState openOrClosed);

  /** Lets a circuit decide by itself again, closed at first. */
  boolean let(Service service);

  /** How it stands; empty without a store. */
  Optional<Standing> standing(Service service);
}
