package dev.gatehouse.queue;

import dev.gatehouse.queue.Lines.Place;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one Redis core does with a long line: the server's own time for each script ({@code INFO
 * commandstats}), and octets for each waiting user. Prints to the log.
 *
 * <p>Run by hand: {@code java -cp queue-fn/target/test-classes:… dev.gatehouse.queue.QueueBench
 * 1000000}.
 */
final class QueueBench {
  private static final Line LINE = new Line("onsale", "evt-1");
  private static final int CLIENTS = 8;
  private static final int SAMPLE = 20_000;

  private final RealRedis server;
  private final Lines lines;
  private final Terms terms;

  private QueueBench(RealRedis server, Lines lines) {
    this.server = server;
    this.lines = lines;
    Terms open = LinesContract.terms(50, 500);
    this.terms = open.changed(0, LineState.PAUSED, open.rate(), open.capacity());
  }

  public static void main(String[] arguments) throws Exception {
    int number = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    try (RealRedis server = RealRedis.start();
        Redis redis = RedisLinesIT.connect(server)) {
      new QueueBench(server, RedisLines.in(redis)).run(number);
    }
  }

  private void run(int number) throws Exception {
    long before = memory();
    long[] sequences = new long[number];
    parallel(number, i -> sequences[i] = join(i));
    Printed.figure("waiting", number + ", octets each: " + (memory() - before) / number);
    int[] others = new Random(1).ints(SAMPLE, 0, number).toArray();
    measure("status", SAMPLE, i -> look(others[i], sequences[others[i]]));
    measure("join", SAMPLE, i -> join(number + i));
    measure("join again", SAMPLE, i -> join(others[i]));
    measure("enter, not called", SAMPLE, i -> enter(others[i], sequences[others[i]]));
    measure("board", SAMPLE, i -> LinesContract.known(lines.board(LINE, terms)));
  }

  private long join(int i) {
    return LinesContract.known(lines.join(LINE, terms, subject(i))).sequence();
  }

  private void look(int i, long sequence) {
    LinesContract.known(lines.look(LINE, terms, new Place(subject(i), sequence)));
  }

  private void enter(int i, long sequence) {
    Told told = lines.enter(LINE, terms, new Place(subject(i), sequence), Optional.empty());
    LinesContract.known(told);
  }

  private static String subject(int i) {
    return Holder.visitor("v" + i).key();
  }

  private void measure(String operation, int number, Work work) throws Exception {
    server.command("CONFIG", "RESETSTAT");
    long started = System.nanoTime();
    parallel(number, work);
    double seconds = (System.nanoTime() - started) / 1e9;
    Matcher found =
        Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)")
            .matcher(server.command("INFO", "commandstats"));
    if (found.find()) {
      double micros = Double.parseDouble(found.group(2)) / Double.parseDouble(found.group(1));
      Printed.figure(
          operation,
          String.format(
              Locale.ROOT,
              "%.1f us of Redis, %.0f/s on its core; %.0f/s seen by 8 clients of this machine",
              micros,
              1e6 / micros,
              number / seconds));
    }
  }

  private long memory() {
    return server
        .command("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .sum();
  }

  private interface Work {
    void run(int index) throws Exception;
  }

  private static void parallel(int number, Work work) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        running.add(
            clients.submit(
                () -> {
                  for (int i = first; i < number; i += CLIENTS) {
                    work.run(i);
                  }
                  return null;
                }));
      }
      for (Future<?> done : running) {
        done.get();
      }
    }
  }
}
