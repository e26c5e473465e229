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
 * Does what is to be done when work goes on at its deadline, and keeps nothing of work that ended
 * before.
 *
 * <p>Most work ends long before. So there is no timer for each: one alarm stands at the earliest
 * deadline that was known when it was set, and when it rings it is set again for the earliest of
 * those whose work still goes on. Work that begins and ends in between wakes no thread.
 */
final class Deadlines implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;
  private final Set<Deadline> ahead = new HashSet<>();
  private @Nullable Alarm alarm;

  private record Alarm(long at, ScheduledFuture<?> timer) {}

  /**
   * Without work.
   *
   * @param timer closed with these
   */
  Deadlines(ScheduledThreadPoolExecutor timer) {
    this.timer = timer;
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Begins work, whose deadline is to be closed when it has ended.
   *
   * @param late done in the timer's thread, once, if that has not happened by then
   */
  Deadline begin(Duration time, Runnable late) {
    Deadline deadline = new Deadline(System.nanoTime() + time.toNanos(), late);
    synchronized (this) {
      ahead.add(deadline);
      ringBy(deadline.at);
    }
    return deadline;
  }

  private void ringBy(long at) {
    if (alarm != null) {
      if (alarm.at - at <= 0) {
        return;
      }
      alarm.timer.cancel(false);
    }
    alarm = new Alarm(at, timer.schedule(this::ring, at - System.nanoTime(), TimeUnit.NANOSECONDS));
  }

  private void ring() {
    passed().forEach(deadline -> deadline.late.run());
  }

  private synchronized List<Deadline> passed() {
    long now = System.nanoTime();
    List<Deadline> passed = ahead.stream().filter(deadline -> deadline.at - now <= 0).toList();
    passed.forEach(ahead::remove);
    alarm = null;
    ahead.stream()
        .min(Comparator.comparingLong(deadline -> deadline.at - now))
        .ifPresent(earliest -> ringBy(earliest.at));
    return passed;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** The deadline of one piece of work. */
  final class Deadline implements AutoCloseable {
    private final long at;
    private final Runnable late;

    private Deadline(long at, Runnable late) {
      this.at = at;
      this.late = late;
    }

    @Override
    public void close() {
      synchronized (Deadlines.this) {
        ahead.remove(this);
      }
    }
  }
}
