package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalCircuitsTest extends CircuitsContract {
  private final ManualClock clock = new ManualClock();
  private final Circuits circuits = new LocalCircuits(clock);

  @Override
  Circuits circuits() {
    return circuits;
  }

  @Override
  void pass(Duration duration) {
    clock.advance(duration);
  }

  @Test
  void failuresAddUpWithinAMinuteOnly() {
    fail(2);
    clock.advance(Circuits.WINDOW);
    fail(2);
    assertThat(look("a")).isEqualTo(new Circuits.Permit.Closed());
    fail(1);
    assertThat(look("a")).isInstanceOf(Circuits.Permit.Open.class);
  }
}
