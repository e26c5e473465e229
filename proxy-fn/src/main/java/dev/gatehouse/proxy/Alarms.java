package dev.gatehouse.proxy;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done after a time, unless that has become needless before.
 *
 * <p>Most alarms become needless. So there is no timer for each: one stands at the earliest time
 * that was known when it was set, and when it fires it is set again for the earliest alarm that is
 * left. An alarm that is set and closed in between wakes no thread, and nothing of it is kept.
 */
final class Alarms implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private final Set<Alarm> set = new HashSet<>();
  private @Nullable Timer timer;

  private record Timer(long at, ScheduledFuture<?> firing) {}

  /**
   * None yet.
   *
   * @param executor closed with these
   */
  Alarms(ScheduledThreadPoolExecutor executor) {
    this.executor = executor;
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Sets one, to be closed when it has become needless.
   *
   * @param work done in the executor's thread, once
   */
  Alarm set(Duration time, Runnable work) {
    Alarm alarm = new Alarm(System.nanoTime() + time.toNanos(), work);
    synchronized (this) {
      set.add(alarm);
      fireBy(alarm.at);
    }
    return alarm;
  }

  private void fireBy(long at) {
    if (timer == null || at - timer.at < 0) {
      stop();
      timer =
          new Timer(
              at, executor.schedule(this::fire, at - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
  }

  private void stop() {
    if (timer != null) {
      timer.firing.cancel(false);
      timer = null;
    }
  }

  private void fire() {
    due().forEach(alarm -> alarm.work.run());
  }

  private synchronized List<Alarm> due() {
    long now = System.nanoTime();
    List<Alarm> inOrder =
        set.stream().sorted(Comparator.comparingLong(alarm -> alarm.at - now)).toList();
    List<Alarm> due = inOrder.stream().takeWhile(alarm -> alarm.at - now <= 0).toList();
    due.forEach(set::remove);
    stop(); // An earlier alarm may have set another beside the one that fires.
    inOrder.stream().skip(due.size()).findFirst().ifPresent(next -> fireBy(next.at));
    return due;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  /** One of them. */
  final class Alarm implements AutoCloseable {
    private final long at;
    private final Runnable work;

    private Alarm(long at, Runnable work) {
      this.at = at;
      this.work = work;
    }

    @Override
    public void close() {
      synchronized (Alarms.this) {
        set.remove(this);
      }
    }
  }
}
