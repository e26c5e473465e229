package dev.gatehouse.queue;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Route.QueueGate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Lines that call no faster than the services behind them can take: nobody while the circuit of one
 * is open, a tenth of the rate while it is half open (protocols.md section 4).
 */
final class PacedLines implements Lines {
  private static final int FULL = 100;
  private static final int TENTH = 10;

  private final Lines lines;
  private final Map<String, Set<String>> services;
  private final Function<String, CircuitState> circuits;

  /**
   * @param circuits how the circuit of a service stands
   */
  PacedLines(Lines lines, Gateway gateway, Function<String, CircuitState> circuits) {
    this.lines = lines;
    this.services = services(gateway);
    this.circuits = circuits;
  }

  /** The services that a queue's passes lead to. */
  private static Map<String, Set<String>> services(Gateway gateway) {
    Map<String, Set<String>> services = new LinkedHashMap<>();
    gateway
        .routes()
        .forEach(
            route ->
                route
                    .queue()
                    .map(QueueGate::name)
                    .ifPresent(
                        queue ->
                            services
                                .computeIfAbsent(queue, _ -> new LinkedHashSet<>())
                                .addAll(route.to().names())));
    return services;
  }

  @Override
  public Told join(Line line, Terms terms, String subject) {
    return lines.join(line, paced(line, terms), subject);
  }

  @Override
  public Told look(Line line, Terms terms, Place place) {
    return lines.look(line, paced(line, terms), place);
  }

  @Override
  public Told enter(Line line, Terms terms, Place place, Optional<Instant> session) {
    return lines.enter(line, paced(line, terms), place, session);
  }

  @Override
  public Told leave(Line line, Terms terms, Place place) {
    return lines.leave(line, paced(line, terms), place);
  }

  @Override
  public Told release(Line line, Terms terms, Place place) {
    return lines.release(line, paced(line, terms), place);
  }

  @Override
  public Told board(Line line, Terms terms) {
    return lines.board(line, paced(line, terms));
  }

  @Override
  public Told admit(Line line, Terms terms, int number) {
    return lines.admit(line, paced(line, terms), number);
  }

  @Override
  public Told forget(Line line, Terms terms) {
    return lines.forget(line, paced(line, terms));
  }

  private Terms paced(Line line, Terms terms) {
    int pace = FULL;
    for (String service : services.getOrDefault(line.queue(), Set.of())) {
      pace = Math.min(pace, pace(circuits.apply(service)));
    }
    return pace == FULL ? terms : terms.paced(pace);
  }

  private static int pace(CircuitState state) {
    return switch (state) {
      case CLOSED -> FULL;
      case HALF_OPEN -> TENTH;
      case OPEN -> 0;
    };
  }
}
