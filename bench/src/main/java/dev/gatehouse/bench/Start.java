package dev.gatehouse.bench;

import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How a function begins: of five starts the median, after one that fills the page cache and loads
 * what this JVM starts functions with.
 *
 * @param initMillis from the start of the process to its first request for work, or its checkpoint
 * @param answerNanos from its first request for work, or its restore, to its first answer
 */
record Start(long initMillis, long answerNanos) {
  private static final int STARTS = 5;

  /** Without a snapshot; the median of init and answer together. */
  static Start cold(Contender function, Borrowed borrowed, byte[] event, String expected)
      throws IOException {
    return median(
        all(function, borrowed, SnapStart.NONE, event, expected), Start::untilAnsweredNanos);
  }

  /** From a snapshot; the median of the answers. */
  static Start restored(Contender function, Borrowed borrowed, byte[] event, String expected)
      throws IOException {
    return median(
        all(function, borrowed, SnapStart.PUBLISHED_VERSIONS, event, expected), Start::answerNanos);
  }

  private static List<Start> all(
      Contender function, Borrowed borrowed, SnapStart snapStart, byte[] event, String expected)
      throws IOException {
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i <= STARTS; i++) {
      try (FunctionProcess process = FunctionProcess.start(function, borrowed, snapStart)) {
        long answer = process.answer(event, expected);
        starts.add(new Start(process.initMillis(), answer));
      }
    }
    return starts.subList(1, starts.size());
  }

  private static Start median(List<Start> starts, ToLongFunction<Start> figure) {
    return starts.stream()
        .sorted(Comparator.comparingLong(figure))
        .skip(starts.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private long untilAnsweredNanos() {
    return initMillis * 1_000_000 + answerNanos;
  }
}
