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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The addresses behind a name, and the zones that they are in. */
final class InstanceAddressesTest {
  private static final Map<String, List<Network>> ZONES =
      Map.of(
          "euc1-az1", List.of(Network.parse("10.0.0.0/28").orElseThrow()),
          "euc1-az2", List.of(Network.parse("10.0.0.16/28").orElseThrow()));

  private static final Service SHOP =
      InstancesTest.service(
          new Service.Target.CloudMap("shop.internal", Service.Target.CloudMap.DEFAULT_PORT),
          Balance.ROUND_ROBIN,
          ZONES);

  private final ManualClock clock = new ManualClock();
  private final AtomicReference<List<InetAddress>> records = new AtomicReference<>();
  private final AtomicReference<Optional<String>> zone = new AtomicReference<>(Optional.empty());
  private final Instances instances =
      new Instances(SHOP, new Names(_ -> records.get(), clock), new Random(1), clock, zone::get);

  @Test
  void everyAddressBehindANameIsAnInstanceForAsLongAsItIsThere() {
    records.set(List.of(address(1), address(2)));
    assertThat(calls()).containsOnlyKeys(address(1), address(2));
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(3)));
    assertThat(calls()).containsOnlyKeys(address(2), address(3));
  }

  @Test
  void whatIsKnownOfAnAddressOutlivesANewAnswer() {
    records.set(List.of(address(1), address(2)));
    for (int i = 0; i < 20; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, chosen.origin().address().equals(Optional.of(address(1))), 1);
    }
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(1), address(3)));
    assertThat(calls()).containsOnlyKeys(address(2), address(3));
  }

  @Test
  void aFindingIsAboutOneAddressAlsoBeforeItIsKnown() {
    instances.told(down(address(2)));
    records.set(List.of(address(1), address(2)));
    assertThat(calls()).containsOnlyKeys(address(1));
    clock.advance(Names.FRESH);
    records.set(List.of(address(2), address(3)));
    assertThat(calls()).containsOnlyKeys(address(3));
  }

  @Test
  void instancesOfTheOwnZoneAreCalledWhileHalfOfThemAreIn() {
    records.set(List.of(address(1), address(2), address(17), address(18), address(200)));
    assertThat(calls()).hasSize(5);
    zone.set(Optional.of("euc1-az1"));
    assertThat(calls()).containsOnlyKeys(address(1), address(2));
    zone.set(Optional.of("euc1-az2"));
    assertThat(calls()).containsOnlyKeys(address(17), address(18));
    zone.set(Optional.of("euc1-az3"));
    assertThat(calls()).hasSize(5);
  }

  @Test
  void aZoneThatLosesMoreThanHalfOfItsInstancesIsHelpedByTheOthers() {
    records.set(
        IntStream.of(1, 2, 3, 17, 18, 19).mapToObj(InstanceAddressesTest::address).toList());
    zone.set(Optional.of("euc1-az1"));
    fail(address(1));
    assertThat(calls()).containsOnlyKeys(address(2), address(3));
    fail(address(2));
    assertThat(calls()).containsOnlyKeys(address(3), address(17), address(18), address(19));
    clock.advance(Instances.EJECTION);
    assertThat(calls()).containsOnlyKeys(address(1), address(2), address(3));
  }

  @Test
  void aRetryInTheOwnZoneGoesToTheOtherOneThere() {
    records.set(List.of(address(1), address(2), address(17)));
    zone.set(Optional.of("euc1-az1"));
    Instance first = instances.next(List.of());
    Instance second = instances.next(List.of(first));
    assertThat(second.zone()).hasValue("euc1-az1");
    assertThat(instances.next(List.of(first, second)).zone()).hasValue("euc1-az2");
  }

  @Test
  void aZoneWhoseInstancesAreMostlyFoundDownIsHelpedByTheOthers() {
    records.set(IntStream.of(1, 2, 3, 17).mapToObj(InstanceAddressesTest::address).toList());
    zone.set(Optional.of("euc1-az1"));
    instances.told(down(address(1)));
    assertThat(calls()).containsOnlyKeys(address(2), address(3));
    instances.told(down(address(1), address(2)));
    assertThat(calls()).containsOnlyKeys(address(3), address(17));
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
  private void fail(InetAddress address) {
    for (int i = 0; i < 100; i++) {
      Instance one = instances.next(List.of());
      instances.ended(one, one.origin().address().equals(Optional.of(address)), 1);
    }
  }

  private Map<InetAddress, Integer> calls() {
    Map<InetAddress, Integer> calls = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      Instance chosen = instances.next(List.of());
      instances.ended(chosen, false, 1_000_000);
      calls.merge(chosen.origin().address().orElseThrow(), 1, Integer::sum);
    }
    return calls;
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
