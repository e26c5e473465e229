package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.redis.ManualClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How many a line calls, by the circuits of the services behind it. */
final class PacedLinesTest {
  private final Map<String, CircuitState> circuits = new HashMap<>();
  private final Gateway gateway = gateway();

  @Test
  void healthyServicesAreSentTheWholeRate() {
    assertThat(called("onsale")).isEqualTo(100);
  }

  @Test
  void nobodyIsSentWhileTheCircuitOfOneIsOpen() {
    circuits.put("b", CircuitState.OPEN);
    circuits.put("a", CircuitState.HALF_OPEN);
    assertThat(called("onsale")).isZero();
  }

  @Test
  void everyServiceThatSharesTheCallersCounts() {
    circuits.put("e", CircuitState.OPEN);
    assertThat(called("onsale")).isEqualTo(100);
    circuits.put("d", CircuitState.OPEN);
    assertThat(called("onsale")).isZero();
  }

  @Test
  void aTenthIsSentWhileOneIsTried() {
    circuits.put("b", CircuitState.HALF_OPEN);
    assertThat(called("onsale")).isEqualTo(10);
  }

  @Test
  void otherServicesAndOtherQueuesAreNotConcerned() {
    circuits.put("c", CircuitState.OPEN);
    assertThat(called("onsale")).isEqualTo(100);
    assertThat(called("nowhere")).isEqualTo(100);
  }

  /** Of a hundred who wait, with room and rate for all at once. */
  private long called(String queue) {
    ManualClock clock = new ManualClock();
    Lines lines =
        new PacedLines(
            new InMemoryLines(clock),
            gateway,
            service -> circuits.getOrDefault(service, CircuitState.CLOSED));
    Terms terms = Terms.of(Objects.requireNonNull(gateway.queues().get(queue)), "");
    Line line = new Line(queue, "evt-1");
    for (int i = 0; i < 100; i++) {
      lines.join(line, terms, "subject-" + i);
    }
    return lines.board(line, terms) instanceof Lines.Told.Known(Standing standing)
        ? standing.line().called()
        : -1;
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: shop
        identity: {apiKeys: {}}
        queues:
          onsale: {events: [evt-*], admit: 100/s, capacity: 500}
          nowhere: {events: [abc-*], admit: 100/s, capacity: 500}
        services: {a: {url: "http://a.internal"}, b: {url: "http://b.internal"}, c: {url: "http://c.internal"}, d: {url: "http://d.internal"}, e: {url: "http://e.internal"}}
        routes:
          - {match: POST /a, to: a, allow: public, queue: onsale}
          - {match: POST /b, to: {b: 9, d: 1, e: 0}, allow: public, queue: onsale}
          - {match: POST /c, to: c, allow: public}
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid invalid -> throw new AssertionError(invalid.faults());
    };
  }
}
