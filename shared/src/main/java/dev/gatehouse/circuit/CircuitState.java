package dev.gatehouse.circuit;

import java.util.Locale;

/** How the circuit of a service stands. */
public enum CircuitState {
  /** Calls are made. */
  CLOSED(0),
  /** One call at a time tries the service. */
  HALF_OPEN(1),
  /** The service is left alone. */
  OPEN(2);

  private final int number;

  CircuitState(int number) {
    this.number = number;
  }

  static CircuitState of(long number) {
    if (number == CLOSED.number) {
      return CLOSED;
    }
    return number == HALF_OPEN.number ? HALF_OPEN : OPEN;
  }

  /** As the script and the metric have it. */
  public int number() {
    return number;
  }

  /** As it is logged and shown: {@code closed}, {@code half_open} or {@code open}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
