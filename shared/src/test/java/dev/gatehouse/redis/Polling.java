package dev.gatehouse.redis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, with a bound. */
public final class Polling {
  private static final long STEP_NANOS = 2_000_000;

  private Polling() {}

  /**
   * Waits until the condition holds.
   *
   * @throws AssertionError when the bound passes first
   */
  public static void until(Duration bound, String what, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + bound + ": " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
