package dev.gatehouse.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Warm answers, one after the other.
 *
 * @param p50 nanoseconds, through a lean Runtime API over one connection
 * @param p99 likewise
 * @param cpu microseconds of the function's process for one answer
 */
record Figures(long p50, long p99, long cpu) {

  /** Of so many answers after so many others. */
  static Figures of(
      FunctionProcess function, byte[] event, String expected, int warmUp, int measured)
      throws IOException {
    for (int i = 0; i < warmUp; i++) {
      function.answer(event, expected);
    }
    List<Long> nanos = new ArrayList<>();
    Duration before = function.cpu();
    for (int i = 0; i < measured; i++) {
      nanos.add(function.answer(event, expected));
    }
    long cpu = function.cpu().minus(before).toNanos() / 1_000 / measured;
    return new Figures(percentile(nanos, 50), percentile(nanos, 99), cpu);
  }

  /** The nanoseconds that so many of a hundred answers took at most. */
  static long percentile(List<Long> nanos, int percent) {
    return nanos.stream().sorted().skip((long) nanos.size() * percent / 100).findFirst().orElse(0L);
  }

  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  static void print(String what, String figure) {
    System.out.printf(Locale.ROOT, "%-34s %s%n", what, figure);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "p50 %d us, p99 %d us, %d us of CPU", p50 / 1_000, p99 / 1_000, cpu);
  }
}
