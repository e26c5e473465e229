package dev.gatehouse.bench;

import static dev.gatehouse.bench.Figures.millis;
import static dev.gatehouse.bench.Figures.print;

import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A start without a snapshot from an AOT cache of JDK 25 (JEP 483, 514, 515): a first process
 * starts, answers and ends in order, upon which its JVM writes what it loaded, linked and profiled;
 * a second one starts from that.
 *
 * <p>A cache holds classes of the class path alone, not those of the runtime client's loader of
 * {@code /var/task}, so both run from an explicit list of jars. A deployed function of ours does
 * not use it: it starts from SnapStart's snapshot. The figure is for a container, or for a function
 * that brings the cache in a layer and names it in {@code JAVA_TOOL_OPTIONS}.
 */
final class AotTraining {
  private static final int ANSWERS = 50;

  private final Contender function;
  private final Path cache;

  private AotTraining(Contender function, Path cache) {
    this.function = function;
    this.cache = cache;
  }

  /** Whether {@code -Daot=true} asks for it. */
  static boolean isAskedFor() {
    return Boolean.getBoolean("aot");
  }

  /** The function, trained with one event. */
  static AotTraining of(
      Contender function, Borrowed borrowed, byte[] event, String expected, Workbench bench)
      throws IOException, InterruptedException {
    Contender inJars = bench.inJars(function);
    Path cache = bench.file(function.name() + ".aot");
    try (FunctionProcess trained =
        FunctionProcess.start(
            inJars, borrowed.and("-XX:AOTCacheOutput=" + cache), SnapStart.NONE)) {
      for (int i = 0; i < ANSWERS; i++) {
        trained.answer(event, expected);
      }
      trained.end();
    }
    if (!Files.exists(cache)) {
      throw new IOException(cache + ": nothing there (expected: the JVM wrote it at its end)");
    }
    return new AotTraining(inJars, cache);
  }

  /** Measures a process that starts from the cache, or not at all, and prints. */
  void tell(Borrowed borrowed, byte[] event, String expected) throws IOException {
    Borrowed cached = borrowed.and("-XX:AOTCache=" + cache, "-XX:AOTMode=on");
    Start started = Start.cold(function, cached, event, expected);
    print(function.name() + ": AOT cache", (Files.size(cache) >> 20) + " MB");
    print("  start from it", started.initMillis() + " ms");
    print("    and its first answer", millis(started.answerNanos()));
  }
}
