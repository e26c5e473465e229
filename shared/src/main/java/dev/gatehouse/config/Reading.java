package dev.gatehouse.config;

import java.util.List;

/** The outcome of reading a gateway.yaml: a gateway, or every fault that it has. */
public sealed interface Reading {
  /**
   * A gateway.
   *
   * @param source the text that was read, overrides applied
   * @param pending what is accepted and worth a look, to be shown to the operator: settings that
   *     are not in force in this version, operations of a service that no route serves
   */
  record Valid(Gateway gateway, String source, List<Fault> pending) implements Reading {
    public Valid {
      pending = List.copyOf(pending);
    }
  }

  /**
   * No gateway.
   *
   * @param faults in the order of their lines, never empty
   */
  record Invalid(List<Fault> faults) implements Reading {
    public Invalid {
      faults = List.copyOf(faults);
    }
  }
}
