package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class NamesTest {
  private final ManualClock clock = new ManualClock();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<List<InetAddress>> records = new AtomicReference<>(List.of());
  private final Names names = new Names(this::resolve, clock);

  @Test
  void anAnswerIsUsedForAMomentAndThenAskedForAgain() {
    records.set(List.of(address(1), address(2)));
    assertThat(names.addresses("shop")).containsExactly(address(1), address(2));
    clock.advance(Names.FRESH.minusMillis(1));
    records.set(List.of(address(3)));
    assertThat(names.addresses("shop")).containsExactly(address(1), address(2));
    clock.advance(Duration.ofMillis(1));
    assertThat(names.addresses("shop")).containsExactly(address(3));
    assertThat(asked).hasValue(2);
  }

  @Test
  void afterARestoreFromASnapshotItIsAskedForAgain() {
    records.set(List.of(address(1)));
    names.addresses("shop");
    clock.advance(Duration.ofDays(-1));
    records.set(List.of(address(2)));
    assertThat(names.addresses("shop")).containsExactly(address(2));
  }

  @Test
  void aNameThatCannotBeResolvedJustNowKeepsItsAddresses() {
    assertThat(names.addresses("shop")).isEmpty();
    clock.advance(Names.FRESH);
    records.set(List.of(address(1)));
    assertThat(names.addresses("shop")).containsExactly(address(1));
    clock.advance(Names.FRESH);
    records.set(List.of());
    assertThat(names.addresses("shop")).containsExactly(address(1));
  }

  @Test
  void aNameWithoutAnAddressIsSoonAskedForAgain() {
    assertThat(names.addresses("shop")).isEmpty();
    clock.advance(Names.UNKNOWN.minusMillis(1));
    records.set(List.of(address(1)));
    assertThat(names.addresses("shop")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(names.addresses("shop")).containsExactly(address(1));
    assertThat(asked).hasValue(2);
  }

  @Test
  void aResolverThatDoesNotAnswerIsNotWaitedForLong() {
    CountDownLatch never = new CountDownLatch(1);
    Names stuck =
        new Names(
            _ -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return List.of();
            },
            clock);
    long started = System.nanoTime();
    assertThat(stuck.addresses("shop")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    never.countDown();
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    asked.incrementAndGet();
    if (records.get().isEmpty()) {
      throw new UnknownHostException(host);
    }
    return records.get();
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
