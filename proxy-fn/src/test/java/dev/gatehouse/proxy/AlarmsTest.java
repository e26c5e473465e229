package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AlarmsTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
  private final Alarms alarms = new Alarms(executor);
  private final Queue<String> rung = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    alarms.close();
  }

  @Test
  void closedAlarmsLeaveOneTimerBehind() {
    for (int i = 0; i < 1_000; i++) {
      alarms.set(LONG.plusSeconds(i), () -> rung.add("closed")).close();
    }
    assertThat(executor.getQueue()).hasSize(1);
  }

  @Test
  void anEarlierAlarmTakesTheTimersPlace() {
    alarms.set(LONG, () -> rung.add("hour"));
    alarms.set(LONG.dividedBy(2), () -> rung.add("half"));
    assertThat(executor.getQueue())
        .singleElement()
        .satisfies(
            timer ->
                assertThat(((Delayed) timer).getDelay(TimeUnit.MINUTES)).isLessThanOrEqualTo(30));
  }

  @Test
  void eachRingsAtItsTimeUnlessItIsClosed() throws InterruptedException {
    CountDownLatch last = new CountDownLatch(1);
    alarms.set(Duration.ofMillis(30), () -> rung.add("second"));
    alarms.set(Duration.ofMillis(60), last::countDown);
    alarms.set(Duration.ofMillis(10), () -> rung.add("first"));
    alarms.set(Duration.ofMillis(20), () -> rung.add("closed")).close();
    assertThat(last.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(rung).containsExactly("first", "second");
    assertThat(executor.getQueue()).isEmpty();
  }
}
