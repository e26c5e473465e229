package dev.gatehouse.bench;

import static dev.gatehouse.bench.Figures.millis;

import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.util.Locale;

/**
 * What one function was seen to cost.
 *
 * @param startMillis without a snapshot, to its first request for work
 * @param firstNanos its first answer after that
 * @param restoredNanos from the answer to restore/next to the first answer
 * @param warm of a process restored from a snapshot, which has both compilers of the JIT
 * @param requests that the restored process answered
 * @param megabytes resident, after all of these answers
 * @param peak the most megabytes that were resident
 */
record Measured(
    Contender function,
    long startMillis,
    long firstNanos,
    long restoredNanos,
    Figures warm,
    int requests,
    long megabytes,
    long peak) {
  /**
   * Measures and prints.
   *
   * @param warmUp answers before the warm ones, of which there are a third as many
   */
  static Measured of(
      Contender function, Borrowed borrowed, byte[] event, String expected, int warmUp)
      throws IOException {
    Start cold = Start.cold(function, borrowed, event, expected);
    Start restore = Start.restored(function, borrowed, event, expected);
    try (FunctionProcess restored =
        FunctionProcess.start(function, borrowed, SnapStart.PUBLISHED_VERSIONS)) {
      Figures warm = Figures.of(restored, event, expected, warmUp, warmUp / 3);
      Measured measured =
          new Measured(
              function,
              cold.initMillis(),
              cold.answerNanos(),
              restore.answerNanos(),
              warm,
              warmUp + warmUp / 3,
              restored.resident(),
              restored.peak());
      measured.tell();
      return measured;
    }
  }

  private void tell() throws IOException {
    Figures.print(function.name() + ": archive", function.size() + " MB");
    Figures.print("  start without a snapshot", startMillis + " ms");
    Figures.print("    and its first answer", millis(firstNanos));
    Figures.print("  restore to first answer", millis(restoredNanos));
    Figures.print("  warm", warm.toString());
    Figures.print("  memory after " + requests, megabytes + " MB (resident), " + peak + " at most");
  }

  /** Prints how many times another's this one's figures are. */
  void printRatioTo(Measured other) {
    Figures.print(
        function.name() + " / " + other.function().name(),
        String.format(
            Locale.ROOT,
            "start %.2f, first answer %.2f, p50 %.2f, p99 %.2f, CPU %.2f, memory %.2f",
            ratio(startMillis, other.startMillis),
            ratio(firstNanos, other.firstNanos),
            ratio(warm.p50(), other.warm.p50()),
            ratio(warm.p99(), other.warm.p99()),
            ratio(warm.cpu(), other.warm.cpu()),
            ratio(megabytes, other.megabytes)));
  }

  private static double ratio(long one, long other) {
    return (double) one / Math.max(1, other);
  }
}
