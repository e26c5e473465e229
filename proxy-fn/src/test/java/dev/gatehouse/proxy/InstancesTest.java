package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Network;
import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Balance;
import dev.gatehouse.proxy.ProbeReport.State;
import dev.gatehouse.redis.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InstancesTest {
  private final ManualClock clock = new ManualClock();

  @Test
  void roundRobinIsExactlyFair() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    assertThat(calls(instances, 300).values()).containsExactly(100, 100, 100);
  }

  @Test
  void freshEnvironmentsDoNotAllBeginWithTheSameInstance() {
    Map<String, Integer> first = new HashMap<>();
    for (int seed = 0; seed < 60; seed++) {
      Instances instances =
          new Instances(
              service(3, Balance.ROUND_ROBIN), names(), new Random(seed), clock, Optional::empty);
      first.merge(port(instances.next(List.of())), 1, Integer::sum);
    }
    assertThat(first).hasSize(3);
  }

  @Test
  void leastRequestsPrefersTheOneWithLessToDo() {
    Instances instances = instances(2, Balance.LEAST_REQUESTS);
    Instance busy = instances.next(List.of());
    for (int i = 0; i < 50; i++) {
      Instance chosen = instances.next(List.of());
      assertThat(chosen).isNotSameAs(busy);
      instances.ended(chosen, false, 1_000_000);
    }
  }

  @Test
  void leastRequestsAvoidsTheSlowestOfEquallyFreeOnes() {
    Instances instances = instances(3, Balance.LEAST_REQUESTS);
    Map<String, Integer> calls = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Instance chosen = instances.next(List.of());
      calls.merge(port(chosen), 1, Integer::sum);
      instances.ended(chosen, false, port(chosen).equals("1") ? 50_000_000 : 1_000_000);
    }
    assertThat(calls.get("1")).isLessThan(10);
    assertThat(calls.get("2")).isGreaterThan(900);
  }

  @Test
  void anInstanceThatFailsFiveTimesInARowIsLeftOutForThirtySeconds() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    failEachCallOf("1", instances, 15);
    assertThat(calls(instances, 20)).containsOnlyKeys("2", "3");
    clock.advance(Duration.ofMillis(29_999));
    assertThat(calls(instances, 20)).containsOnlyKeys("2", "3");
    clock.advance(Duration.ofMillis(1));
    assertThat(calls(instances, 30)).containsOnlyKeys("1", "2", "3");
  }

  @Test
  void fourFailuresAndASuccessAreForgotten() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    for (int round = 0; round < 5; round++) {
      failEachCallOf("1", instances, 12);
      assertThat(calls(instances, 3)).containsOnlyKeys("1", "2", "3");
    }
  }

  @Test
  void aRelapseIsLeftOutLongerAndARecoveryForgotten() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    failEachCallOf("1", instances, 15);
    clock.advance(Duration.ofSeconds(30));
    failEachCallOf("1", instances, 15);
    clock.advance(Duration.ofMillis(59_999));
    assertThat(calls(instances, 20)).containsOnlyKeys("2", "3");
    clock.advance(Duration.ofMillis(1));
    assertThat(calls(instances, 30)).containsOnlyKeys("1", "2", "3");
    clock.advance(Duration.ofSeconds(61));
    failEachCallOf("1", instances, 15);
    clock.advance(Duration.ofSeconds(30));
    assertThat(calls(instances, 30)).containsOnlyKeys("1", "2", "3");
  }

  @Test
  void atMostHalfIsLeftOut() {
    Instances instances = instances(4, Balance.ROUND_ROBIN);
    for (int i = 0; i < 400; i++) {
      instances.ended(instances.next(List.of()), true, 1);
    }
    assertThat(calls(instances, 40)).hasSize(2);
    Instances single = instances(1, Balance.ROUND_ROBIN);
    for (int i = 0; i < 100; i++) {
      single.ended(single.next(List.of()), true, 1);
    }
    assertThat(calls(single, 3)).containsOnlyKeys("1");
  }

  @Test
  void whatWasTriedIsAvoidedWhileThereAreOthers() {
    Instances instances = instances(2, Balance.ROUND_ROBIN);
    for (int i = 0; i < 10; i++) {
      Instance first = instances.next(List.of());
      Instance second = instances.next(List.of(first));
      assertThat(second).isNotSameAs(first);
      assertThat(List.of(first, second)).contains(instances.next(List.of(first, second)));
    }
  }

  @Test
  void whatTheProberFoundDownIsLeftOutUntilThatExpires() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    instances.told(down("1", "3"));
    assertThat(calls(instances, 20)).containsOnlyKeys("2");
    clock.advance(ProbeReport.EXPIRY.minusMillis(1));
    assertThat(calls(instances, 20)).containsOnlyKeys("2");
    clock.advance(Duration.ofMillis(1));
    assertThat(calls(instances, 30)).containsOnlyKeys("1", "2", "3");
  }

  @Test
  void whatTheNextRoundFindsReplacesIt() {
    Instances instances = instances(3, Balance.LEAST_REQUESTS);
    instances.told(down("1"));
    assertThat(calls(instances, 200)).containsOnlyKeys("2", "3");
    instances.told(down("2"));
    assertThat(calls(instances, 200)).containsOnlyKeys("1", "3");
    instances.told(ProbeReport.NONE);
    assertThat(calls(instances, 200)).containsOnlyKeys("1", "2", "3");
  }

  @Test
  void whereAllAreFoundDownAllAreCalledButThoseThatFailed() {
    Instances instances = instances(3, Balance.ROUND_ROBIN);
    instances.told(down("1", "2", "3"));
    assertThat(calls(instances, 30)).containsOnlyKeys("1", "2", "3");
    failEachCallOf("1", instances, 15);
    assertThat(calls(instances, 30)).containsOnlyKeys("2", "3");
  }

  @Test
  void nothingIsEjectedBesideHalfThatWasFoundDown() {
    Instances instances = instances(4, Balance.ROUND_ROBIN);
    instances.told(down("1", "2"));
    for (int i = 0; i < 100; i++) {
      instances.ended(instances.next(List.of()), true, 1);
    }
    assertThat(calls(instances, 40)).containsOnlyKeys("3", "4");
  }

  @Test
  void anEjectionGivesWayWhereMoreThanHalfWouldBeAway() {
    Instances instances = instances(4, Balance.ROUND_ROBIN);
    failEachCallOf("1", instances, 20);
    instances.told(down("2"));
    assertThat(calls(instances, 40)).containsOnlyKeys("3", "4");
    instances.told(down("2", "3"));
    assertThat(calls(instances, 40)).containsOnlyKeys("1", "4");
    instances.told(ProbeReport.NONE);
    assertThat(calls(instances, 40)).containsOnlyKeys("2", "3", "4");
  }

  @Test
  void aRetryPrefersAnotherEvenIfItWasFoundDown() {
    Instances instances = instances(2, Balance.ROUND_ROBIN);
    instances.told(down("1"));
    for (int i = 0; i < 10; i++) {
      Instance first = instances.next(List.of());
      assertThat(port(first)).isEqualTo("2");
      assertThat(port(instances.next(List.of(first)))).isEqualTo("1");
    }
  }

  @Test
  void theFailureOfOneBesideOthersThatWorkIsNotTheServices() {
    Instances instances = instances(2, Balance.ROUND_ROBIN);
    Instance one = instances.next(List.of());
    assertThat(instances.anyOtherStands(List.of(one))).isFalse();
    Instance two = instances.next(List.of(one));
    instances.ended(two, false, 1);
    assertThat(instances.anyOtherStands(List.of(one))).isTrue();
    assertThat(instances.anyOtherStands(List.of(one, two))).isFalse();
    clock.advance(Circuits.WINDOW);
    assertThat(instances.anyOtherStands(List.of(one))).isFalse();
  }

  private Instances instances(int number, Balance balance) {
    return new Instances(service(number, balance), names(), new Random(1), clock, Optional::empty);
  }

  private Names names() {
    return new Names(_ -> List.of(), clock);
  }

  private void failEachCallOf(String port, Instances instances, int calls) {
    for (int i = 0; i < calls; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, port(chosen).equals(port), 1_000_000);
    }
  }

  private static Map<String, Integer> calls(Instances instances, int number) {
    Map<String, Integer> calls = new HashMap<>();
    for (int i = 0; i < number; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, false, 1_000_000);
      calls.merge(port(chosen), 1, Integer::sum);
    }
    return calls;
  }

  private static String port(Instance instance) {
    return Integer.toString(instance.origin().port());
  }

  private ProbeReport down(String... ports) {
    Map<String, State> states = new HashMap<>();
    for (String port : ports) {
      states.put("http://s:" + port + " -", State.DOWN);
    }
    return new ProbeReport(clock.instant(), states);
  }

  /** Instances at the ports from 1 on. */
  private static Service service(int instances, Balance balance) {
    List<URI> urls =
        IntStream.rangeClosed(1, instances)
            .mapToObj(port -> URI.create("http://s:" + port))
            .toList();
    return service(new Service.Target.Urls(urls), balance, Map.of());
  }

  static Service service(Service.Target target, Balance balance, Map<String, List<Network>> zones) {
    return new Service(
        "s",
        target,
        balance,
        Service.Timeout.DEFAULTS,
        Service.Retry.DEFAULTS,
        Service.Breaker.DEFAULTS,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        zones);
  }
}
