package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Service;
import dev.gatehouse.proxy.Circuits.Permit;
import dev.gatehouse.proxy.Circuits.Standing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store of circuits does, by its own clock. */
abstract class CircuitsContract {
  static final Duration OPEN = Duration.ofMillis(300);
  private static final Duration LEASE = Duration.ofMillis(300);
  private static final Service SHOP = service("shop");

  abstract Circuits circuits();

  /** Lets this much time pass on the store's clock. */
  abstract void pass(Duration duration);

  @Test
  void itOpensWithTheLastOfItsFailuresAndNotBefore() {
    fail(2);
    assertThat(look("a")).isEqualTo(new Permit.Closed());
    fail(1);
    assertThat(look("a"))
        .isInstanceOfSatisfying(
            Permit.Open.class, open -> assertThat(open.retryAfter()).isPositive());
    assertThat(standing().state()).isEqualTo(CircuitState.OPEN);
  }

  @Test
  void circuitsAreIndependent() {
    fail(3);
    assertThat(circuits().look(service("other"), () -> "a", LEASE).permit())
        .contains(new Permit.Closed());
  }

  @Test
  void oneProbeAtATimeUntilEnoughSucceededInARow() {
    fail(3);
    pass(OPEN);
    assertThat(look("a")).isEqualTo(new Permit.Probe());
    assertThat(look("b")).isInstanceOf(Permit.Open.class);
    circuits().succeeded(SHOP, "a");
    assertThat(standing().state()).isEqualTo(CircuitState.HALF_OPEN);
    assertThat(look("b")).isEqualTo(new Permit.Probe());
    circuits().succeeded(SHOP, "b");
    assertThat(look("c")).isEqualTo(new Permit.Closed());
    assertThat(standing()).isEqualTo(new Standing(CircuitState.CLOSED, Duration.ZERO, 0, false));
  }

  @Test
  void aFailedProbeOpensItAgainAndItsSuccessesAreForgotten() {
    fail(3);
    pass(OPEN);
    look("a");
    circuits().succeeded(SHOP, "a");
    look("b");
    circuits().failed(SHOP, "b");
    assertThat(look("c")).isInstanceOf(Permit.Open.class);
    pass(OPEN);
    look("d");
    circuits().succeeded(SHOP, "d");
    assertThat(standing().state()).isEqualTo(CircuitState.HALF_OPEN);
  }

  @Test
  void aProbeThatWasNotMadeIsFreeForTheNext() {
    fail(3);
    pass(OPEN);
    look("a");
    circuits().released(SHOP, "a");
    assertThat(look("b")).isEqualTo(new Permit.Probe());
  }

  @Test
  void aLostProbeIsFreeAfterItsLeaseAndItsOwnerChangesNothing() {
    fail(3);
    pass(OPEN);
    look("a");
    pass(LEASE);
    assertThat(look("b")).isEqualTo(new Permit.Probe());
    circuits().failed(SHOP, "a");
    circuits().succeeded(SHOP, "a");
    circuits().succeeded(SHOP, "b");
    assertThat(standing().state()).isEqualTo(CircuitState.HALF_OPEN);
    assertThat(look("c")).isEqualTo(new Permit.Probe());
  }

  @Test
  void failuresOfCallsThatBeganBeforeItOpenedDoNotProlongIt() {
    fail(3);
    pass(OPEN);
    fail(3);
    assertThat(look("a")).isEqualTo(new Permit.Probe());
  }

  @Test
  void anOperatorsHandHoldsItWhateverHappens() {
    assertThat(circuits().hold(SHOP, CircuitState.OPEN)).isTrue();
    assertThat(look("a")).isEqualTo(new Permit.Open(Duration.ZERO));
    assertThat(standing()).isEqualTo(new Standing(CircuitState.OPEN, Duration.ZERO, 0, true));
    circuits().hold(SHOP, CircuitState.CLOSED);
    fail(10);
    assertThat(look("a")).isEqualTo(new Permit.Closed());
    assertThat(circuits().let(SHOP)).isTrue();
    fail(3);
    assertThat(look("a")).isInstanceOf(Permit.Open.class);
  }

  @Test
  void itsFailuresAreShown() {
    fail(2);
    assertThat(standing()).isEqualTo(new Standing(CircuitState.CLOSED, Duration.ZERO, 2, false));
  }

  final Permit look(String owner) {
    return circuits().look(SHOP, () -> owner, LEASE).permit().orElseThrow();
  }

  final void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(circuits().failed(SHOP, "failing-" + i)).isPresent();
    }
  }

  final Standing standing() {
    return circuits().standing(SHOP).orElseThrow();
  }

  static Service service(String name) {
    return new Service(
        name,
        new Service.Target.Urls(List.of(URI.create("http://127.0.0.1:1"))),
        Service.Balance.ROUND_ROBIN,
        Service.Timeout.DEFAULTS,
        Service.Retry.DEFAULTS,
        new Service.Breaker(3, OPEN, 2),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Map.of());
  }
}
