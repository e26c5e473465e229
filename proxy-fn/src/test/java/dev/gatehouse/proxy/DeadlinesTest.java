package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.proxy.Deadlines.Deadline;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final Deadlines deadlines = new Deadlines(timer);
  private final Queue<String> late = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    deadlines.close();
  }

  @Test
  void workThatEndedLeavesNothingButOneAlarm() {
    for (int i = 0; i < 1_000; i++) {
      deadlines.begin(LONG.plusSeconds(i), () -> late.add("ended")).close();
    }
    assertThat(timer.getQueue()).hasSize(1);
  }

  @Test
  void anEarlierDeadlineTakesTheAlarmsPlace() {
    deadlines.begin(LONG, () -> late.add("long"));
    deadlines.begin(LONG.dividedBy(2), () -> late.add("half"));
    assertThat(timer.getQueue())
        .singleElement()
        .satisfies(
            alarm ->
                assertThat(((Delayed) alarm).getDelay(TimeUnit.MINUTES)).isLessThanOrEqualTo(30));
  }

  @Test
  void eachIsLateAtItsOwnDeadlineAndOnlyIfItGoesOn() throws InterruptedException {
    CountDownLatch last = new CountDownLatch(1);
    deadlines.begin(Duration.ofMillis(30), () -> late.add("second"));
    deadlines.begin(Duration.ofMillis(60), last::countDown);
    deadlines.begin(Duration.ofMillis(10), () -> late.add("first"));
    Deadline ended = deadlines.begin(Duration.ofMillis(20), () -> late.add("ended"));
    ended.close();
    assertThat(last.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(late).containsExactly("first", "second");
    assertThat(timer.getQueue()).isEmpty();
  }
}
