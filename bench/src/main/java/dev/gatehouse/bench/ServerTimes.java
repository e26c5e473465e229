package dev.gatehouse.bench;

import dev.gatehouse.redis.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What scripts take of a Redis, by its own {@code commandstats}: medians of rounds, because that
 * time includes what others took of its processor.
 */
final class ServerTimes {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private final RealRedis server;
  private final Map<String, List<Reading>> readings = new LinkedHashMap<>();

  ServerTimes(RealRedis server) {
    this.server = server;
  }

  /**
   * One round of one way to decide.
   *
   * @param perSecond decisions
   * @param calls of scripts for one decision
   * @param micros of the server for one decision
   */
  private record Reading(double perSecond, double calls, double micros) {}

  /**
   * Gives the servers that this JVM started the first processor and itself the others, where
   * Linux's taskset is there.
   */
  static boolean apart() throws IOException, InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    if (processors == 1 || !Files.isExecutable(TASKSET)) {
      return false;
    }
    boolean apart = pin(ProcessHandle.current(), "1-" + (processors - 1));
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      apart &= pin(child, "0");
    }
    return apart;
  }

  private static boolean pin(ProcessHandle process, String processors)
      throws IOException, InterruptedException {
    return new ProcessBuilder(
                TASKSET.toString(), "-a", "-p", "-c", processors, Long.toString(process.pid()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Begins a round. */
  void begin() {
    server.command("CONFIG", "RESETSTAT");
  }

  /** Ends it. */
  void end(String name, long nanos, int decisions) {
    String stats = server.command("INFO", "commandstats");
    long micros = 0;
    long calls = 0;
    Matcher command = Pattern.compile("cmdstat_(\\w+):calls=(\\d+),usec=(\\d+)").matcher(stats);
    while (command.find()) {
      // Commands of a script are counted apart as well; the script's own time holds them.
      boolean ofClient = command.group(1).startsWith("eval") || !stats.contains("cmdstat_eval");
      if (ofClient) {
        calls += Long.parseLong(command.group(2));
        micros += Long.parseLong(command.group(3));
      }
    }
    readings
        .computeIfAbsent(name, first -> new ArrayList<>())
        .add(
            new Reading(
                decisions * 1e9 / nanos, (double) calls / decisions, (double) micros / decisions));
  }

  /** Prints medians of all rounds but the first, and between what the server's time lay. */
  void tell() {
    readings.forEach((name, all) -> Figures.print(name, text(all.subList(1, all.size()))));
  }

  private static String text(List<Reading> warm) {
    double[] micros = sorted(warm, Reading::micros);
    return String.format(
        Locale.ROOT,
        "%,.0f decisions/s; %.2f script calls and %.1f us of the server each (%.1f to %.1f)",
        median(sorted(warm, Reading::perSecond)),
        median(sorted(warm, Reading::calls)),
        median(micros),
        micros[0],
        micros[micros.length - 1]);
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  private static double[] sorted(List<Reading> readings, ToDoubleFunction<Reading> figure) {
    return readings.stream().mapToDouble(figure).sorted().toArray();
  }
}
