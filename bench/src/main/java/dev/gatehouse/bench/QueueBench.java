package dev.gatehouse.bench;

import dev.gatehouse.queue.QueueHandler;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one Redis core does with a long line: the server's own time for each of the queue's scripts
 * ({@code INFO commandstats}), how many a second come of that, and octets for each waiting user.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.QueueBench [waiting]}. The line is paused, so that it
 * stays as long as it is; 500 are inside.
 */
public final class QueueBench {
  private static final int PIPELINED = 250;
  private static final int SAMPLES = 100;
  private static final int INSIDE = 500;
  private static final List<String> KEYS =
      Stream.of("line", "places", "waiting", "seen", "called", "active", "spent")
          .map(part -> "q:{onsale/evt-1}:" + part)
          .toList();

  private final RealRedis server;
  private final Redis redis;
  private final int number;
  private final long[] sequences;

  private QueueBench(RealRedis server, Redis redis, int number) {
    this.server = server;
    this.redis = redis;
    this.number = number;
    this.sequences = new long[number];
  }

  /**
   * Measures and prints.
   *
   * @param args how many wait, 1,000,000 unless given
   */
  public static void main(String... args) {
    print(
        "machine",
        System.getProperty("os.name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, JDK "
            + Runtime.version());
    int number = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    RedisOptions patient =
        new RedisOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Optional.empty());
    try (RealRedis server = RealRedis.start();
        Redis redis =
            new Redis(
                server.address(), renewed -> server.login(), patient, InstantSource.system())) {
      new QueueBench(server, redis, number).run();
    }
  }

  /** One script's call for the visitor of a number. */
  @FunctionalInterface
  private interface Operation {
    Asked of(int visitor);
  }

  private record Asked(RedisScript script, List<byte[]> arguments) {}

  private void run() {
    RedisScript join = script("join");
    long before = memory();
    long started = System.nanoTime();
    for (int first = 0; first < number; first += PIPELINED) {
      int last = Math.min(number, first + PIPELINED);
      long[] joined = batch(range(first, last), i -> new Asked(join, arguments(i, 0, 1)));
      System.arraycopy(joined, 0, sequences, first, joined.length);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    print(
        "filling",
        String.format(
            Locale.ROOT,
            "%,d joins in %.1f s (%,.0f/s with this client on the same machine), %d octets each",
            number,
            seconds,
            number / seconds,
            (memory() - before) / number));
    enter();
    RedisScript look = script("look");
    Random random = new Random(1);
    int[] others = random.ints(PIPELINED * SAMPLES, INSIDE, number).toArray();
    measure("status", others, i -> new Asked(look, arguments(i, sequences[i], 1)));
    int[] newcomers = range(number, number + PIPELINED * SAMPLES);
    measure("join", newcomers, i -> new Asked(join, arguments(i, 0, 1)));
    measure("join again", others, i -> new Asked(join, arguments(i, 0, 1)));
    RedisScript enter = script("enter");
    measure("enter, not called", others, i -> new Asked(enter, arguments(i, sequences[i], 1)));
    RedisScript board = script("board");
    measure("board", others, _ -> new Asked(board, arguments("", 0, 1)));
    RedisScript leave = script("leave");
    int[] leaving = range(INSIDE, Math.min(number, INSIDE + PIPELINED * SAMPLES));
    measure("leave", leaving, i -> new Asked(leave, arguments(i, sequences[i], 1)));
  }

  /** The first of the line come in, so that slots and sessions are looked at as in real life. */
  private void enter() {
    RedisScript enter = script("enter");
    int[] inside = range(0, Math.min(number, INSIDE));
    long ends = System.currentTimeMillis() * 1_000 + Duration.ofHours(2).toMillis() * 1_000;
    batch(
        inside,
        i -> {
          List<byte[]> arguments = new ArrayList<>(arguments(i, sequences[i], 1));
          arguments.set(3, Long.toString(ends).getBytes(StandardCharsets.US_ASCII));
          return new Asked(enter, arguments);
        });
  }

  /** The second value of each reply: the sequence. */
  private long[] batch(int[] visitors, Operation operation) {
    RedisFlush flush = redis.flush();
    List<RedisFlush.Pending<RedisValues>> asked = new ArrayList<>(visitors.length);
    for (int visitor : visitors) {
      Asked call = operation.of(visitor);
      asked.add(flush.add(call.script().binaryCall(KEYS, call.arguments())));
    }
    return asked.stream().mapToLong(each -> sequence(each.reply())).toArray();
  }

  private static long sequence(RedisReply<RedisValues> reply) {
    return switch (reply) {
      case Answered<RedisValues>(RedisValues values) -> values.number(1);
      case RedisReply.Unavailable<RedisValues>(var reason, String detail) ->
          throw new IllegalStateException(reason + " " + detail + " (expected: an answer)");
    };
  }

  /**
   * The median of many short samples, and their first tenth, on which other work on the machine has
   * not fallen. The first sample loads the script.
   */
  private void measure(String name, int[] visitors, Operation operation) {
    double[] micros = new double[visitors.length / PIPELINED];
    for (int sample = 0; sample < micros.length; sample++) {
      int from = sample * PIPELINED;
      server.command("CONFIG", "RESETSTAT");
      batch(Arrays.copyOfRange(visitors, from, from + PIPELINED), operation);
      micros[sample] = micros();
    }
    micros[0] = micros[1];
    Arrays.sort(micros);
    double median = micros[micros.length / 2];
    print(
        name,
        String.format(
            Locale.ROOT,
            "%.1f us of Redis in the median: %,.0f/s on its core; %.1f us, %,.0f/s undisturbed",
            median,
            1e6 / median,
            micros[micros.length / 10],
            1e6 / micros[micros.length / 10]));
  }

  private double micros() {
    Matcher found =
        Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)")
            .matcher(server.command("INFO", "commandstats"));
    if (!found.find()) {
      throw new IllegalStateException("no statistics (expected: scripts by EVALSHA)");
    }
    return Double.parseDouble(found.group(2)) / Double.parseDouble(found.group(1));
  }

  private long memory() {
    return server
        .command("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .sum();
  }

  private static List<byte[]> arguments(int visitor, long sequence, int state) {
    UUID subject =
        UUID.nameUUIDFromBytes(Integer.toString(visitor).getBytes(StandardCharsets.US_ASCII));
    return arguments(subject.toString().substring(0, 16), sequence, state);
  }

  /** As line.lua lists them: 50/s, 500 slots, and a grace that nobody outlives here. */
  private static List<byte[]> arguments(String subject, long sequence, int state) {
    double[] numbers = {
      0, 0, state, 20_000, 1, 50, INSIDE, 7.2e9, 6e7, 6e8, 100, 0, sequence,
    };
    ByteBuffer packed =
        ByteBuffer.allocate(numbers.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(numbers).forEach(packed::putDouble);
    return List.of(
        packed.array(), new byte[0], subject.getBytes(StandardCharsets.US_ASCII), new byte[0]);
  }

  private static int[] range(int first, int last) {
    return IntStream.range(first, last).toArray();
  }

  private static RedisScript script(String operation) {
    return RedisScript.fromResource(QueueHandler.class, "line.lua", operation + ".lua");
  }

  private static void print(String name, String value) {
    System.out.println(name + ": " + value);
  }
}
