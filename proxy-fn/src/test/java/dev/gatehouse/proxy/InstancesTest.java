package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Network;
import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Balance;
import dev.gatehouse.proxy.ProbeReport.State;
import dev.gatehouse.redis.ManualClock;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InstancesTest {
  private static final Map<String, List<Network>> ZONES =
      Map.of(
          "euc1-az1", List.of(Network.parse("10.0.0.0/28").orElseThrow()),
          "euc1-az2", List.of(Network.parse("10.0.0.16/28").orElseThrow()));

  private final ManualClock clock = new ManualClock();
  private final AtomicReference<List<InetAddress>> records = new AtomicReference<>();
  private final AtomicReference<Optional<String>> zone = new AtomicReference<>(Optional.empty());

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
              service(3, Balance.ROUND_ROBIN), names(), new Random(seed), clock, zone::get);
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
  void aFindingIsAboutOneAddressAlsoBeforeItIsKnown() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    instances.told(down(address(2)));
    records.set(List.of(address(1), address(2)));
    assertThat(addresses(instances)).containsOnlyKeys(address(1));
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(3)));
    assertThat(addresses(instances)).containsOnlyKeys(address(3));
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

  @Test
  void everyAddressBehindANameIsAnInstanceForAsLongAsItIsThere() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(List.of(address(1), address(2)));
    assertThat(addresses(instances)).containsOnlyKeys(address(1), address(2));
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(3)));
    assertThat(addresses(instances)).containsOnlyKeys(address(2), address(3));
  }

  @Test
  void whatIsKnownOfAnAddressOutlivesANewAnswer() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(List.of(address(1), address(2)));
    for (int i = 0; i < 20; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, chosen.origin().address().equals(Optional.of(address(1))), 1);
    }
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(1), address(3)));
    assertThat(addresses(instances)).containsOnlyKeys(address(2), address(3));
  }

  @Test
  void instancesOfTheOwnZoneAreCalledWhileHalfOfThemAreIn() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(List.of(address(1), address(2), address(17), address(18), address(200)));
    assertThat(addresses(instances)).hasSize(5);
    zone.set(Optional.of("euc1-az1"));
    assertThat(addresses(instances)).containsOnlyKeys(address(1), address(2));
    zone.set(Optional.of("euc1-az2"));
    assertThat(addresses(instances)).containsOnlyKeys(address(17), address(18));
    zone.set(Optional.of("euc1-az3"));
    assertThat(addresses(instances)).hasSize(5);
  }

  @Test
  void aZoneThatLosesMoreThanHalfOfItsInstancesIsHelpedByTheOthers() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(IntStream.of(1, 2, 3, 17, 18, 19).mapToObj(InstancesTest::address).toList());
    zone.set(Optional.of("euc1-az1"));
    fail(instances, address(1));
    assertThat(addresses(instances)).containsOnlyKeys(address(2), address(3));
    fail(instances, address(2));
    assertThat(addresses(instances))
        .containsOnlyKeys(address(3), address(17), address(18), address(19));
    clock.advance(Instances.EJECTION);
    assertThat(addresses(instances)).containsOnlyKeys(address(1), address(2), address(3));
  }

  @Test
  void aRetryInTheOwnZoneGoesToTheOtherOneThere() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(List.of(address(1), address(2), address(17)));
    zone.set(Optional.of("euc1-az1"));
    Instance first = instances.next(List.of());
    Instance second = instances.next(List.of(first));
    assertThat(second.zone()).hasValue("euc1-az1");
    assertThat(instances.next(List.of(first, second)).zone()).hasValue("euc1-az2");
  }

  @Test
  void aZoneWhoseInstancesAreMostlyFoundDownIsHelpedByTheOthers() {
    Instances instances =
        new Instances(
            cloudMap(), new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);
    records.set(IntStream.of(1, 2, 3, 17).mapToObj(InstancesTest::address).toList());
    zone.set(Optional.of("euc1-az1"));
    instances.told(down(address(1)));
    assertThat(addresses(instances)).containsOnlyKeys(address(2), address(3));
    instances.told(down(address(1), address(2)));
    assertThat(addresses(instances)).containsOnlyKeys(address(3), address(17));
  }

  private ProbeReport down(InetAddress... addresses) {
    Map<String, State> states = new HashMap<>();
    for (InetAddress address : addresses) {
      URI base = URI.create("http://shop.internal:80");
      states.put(new Place(base, Optional.of(address)).text(), State.DOWN);
    }
    return new ProbeReport(clock.instant(), states);
  }

  /** Fails until it is left out. */
  private static void fail(Instances instances, InetAddress address) {
    for (int i = 0; i < 100; i++) {
      Instance one = instances.next(List.of());
      instances.ended(one, one.origin().address().equals(Optional.of(address)), 1);
    }
  }

  private Instances instances(int number, Balance balance) {
    return new Instances(service(number, balance), names(), new Random(1), clock, zone::get);
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

  private static Map<InetAddress, Integer> addresses(Instances instances) {
    Map<InetAddress, Integer> calls = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, false, 1_000_000);
      calls.merge(chosen.origin().address().orElseThrow(), 1, Integer::sum);
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

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Service cloudMap() {
    return service(
        new Service.Target.CloudMap("shop.internal", Service.Target.CloudMap.DEFAULT_PORT),
        Balance.ROUND_ROBIN);
  }

  /** Instances at the ports from 1 on. */
  private static Service service(int instances, Balance balance) {
    List<URI> urls =
        IntStream.rangeClosed(1, instances)
            .mapToObj(port -> URI.create("http://s:" + port))
            .toList();
    return service(new Service.Target.Urls(urls), balance);
  }

  private static Service service(Service.Target target, Balance balance) {
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
        ZONES);
  }
}
