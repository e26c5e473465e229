package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.queue.Lines.Place;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The invariants of a line against a real Redis, by its own clock, with parallel clients. */
class QueueProofsIT {
  private static final Line LINE = new Line("onsale", "evt-1");
  private static final int CLIENTS = 8;

  private static RealRedis server;
  private static Redis redis;
  private static RedisLines lines;

  /**
   * One join.
   *
   * @param began when it left
   * @param ended when its answer was there
   */
  private record Joined(String subject, long sequence, long began, long ended) {}

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis = RedisLinesIT.connect(server);
    lines = RedisLines.in(redis);
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.command("FLUSHALL");
  }

  @Test
  void aThousandParallelJoinsOfOneSubjectAreOnePlace() throws Exception {
    Terms terms = closed();
    Collection<Long> sequences = new ConcurrentLinkedQueue<>();
    parallel(1_000, i -> sequences.add(standing(lines.join(LINE, terms, "alice")).sequence()));
    assertThat(sequences).hasSize(1_000);
    assertThat(Set.copyOf(sequences)).hasSize(1);
    assertThat(standing(lines.board(LINE, terms)).line().waiting()).isEqualTo(1);
    Printed.figure("Q1", "1000 parallel joins of one subject: 1 place");
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 1", "100, 300, 1", "10000, 20000, 4"})
  void noLaterComerIsBeforeAnEarlierOne(int perSecond, int number, int together) throws Exception {
    Terms terms = closed();
    joinAtRate(terms, 100_000, number, together); // cold clients would not reach the rate
    empty();
    List<Joined> joined = joinAtRate(terms, perSecond, number, together);
    long took = joined.getLast().ended() - joined.getFirst().began();
    int inversions = inversions(joined);
    List<String> called = callAll(terms, number);
    List<String> bySequence =
        joined.stream()
            .sorted(Comparator.comparingLong(Joined::sequence))
            .map(Joined::subject)
            .toList();
    assertThat(inversions).isZero();
    assertThat(called).isEqualTo(bySequence);
    Printed.figure(
        "Q2",
        String.format(
            Locale.ROOT,
            "%d joins from 8 clients at %.0f/s (asked: %d/s): %d inversions, called in order",
            number,
            number * 1e9 / took,
            perSecond,
            inversions));
  }

  /** Q3: 5000 who hammer at 50/s. */
  @Test
  void hammeringLetsNobodyInFaster() throws Exception {
    Terms terms = LinesContract.terms(50, 100_000);
    Terms waits = terms.changed(0, LineState.PAUSED, terms.rate(), terms.capacity());
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      places.add(new Place("h" + i, standing(lines.join(LINE, waits, "h" + i)).sequence()));
    }
    Collection<Long> entries = new ConcurrentLinkedQueue<>();
    Set<String> inside = ConcurrentHashMap.newKeySet();
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    AtomicInteger attempts = new AtomicInteger();
    parallel(
        CLIENTS,
        client -> {
          while (System.nanoTime() < end) {
            Place place = places.get(attempts.getAndIncrement() % places.size());
            Standing standing = standing(lines.enter(LINE, terms, place, Optional.empty()));
            if (standing.stage() == Stage.ACTIVE && inside.add(place.subject())) {
              entries.add(RedisLines.micros(standing.now()));
            }
          }
          return true;
        });
    long total = standing(lines.board(LINE, terms)).line().total();
    List<Long> times = entries.stream().sorted().toList();
    double seconds = (times.getLast() - times.getFirst()) / 1e6;
    assertThat(times.size()).isLessThanOrEqualTo((int) (50 + 50 * seconds) + 1);
    assertThat(total).isGreaterThanOrEqualTo(times.size());
    assertThat(total).isLessThanOrEqualTo((long) (50 + 50 * 4.5));
    Printed.figure(
        "Q3",
        String.format(
            Locale.ROOT,
            "%d attempts of 5000 clients in 4 s at 50/s: %d entered within %.2f s (bound: %.0f)",
            attempts.get(),
            times.size(),
            seconds,
            50 + 50 * seconds));
  }

  @Test
  void nothingThatAClientSendsMovesItForward() {
    Terms terms = closed();
    long first = standing(lines.join(LINE, terms, "first")).sequence();
    long last = standing(lines.join(LINE, terms, "last")).sequence();
    for (int i = 0; i < 100; i++) {
      lines.join(LINE, terms, "last");
      lines.look(LINE, terms, new Place("last", last));
      lines.enter(LINE, terms, new Place("last", last), Optional.empty());
      lines.release(LINE, terms, new Place("last", last));
      lines.leave(LINE, terms, new Place("last", 1));
    }
    assertThat(standing(lines.look(LINE, terms, new Place("first", first))).position()).hasValue(1);
    assertThat(standing(lines.look(LINE, terms, new Place("last", last))).position()).hasValue(2);
    Printed.figure("Q8", "500 requests of the last in line: still the last");
  }

  @Test
  void afterFlushAllTheOrderIsRestoredByTheNextPolls() throws Exception {
    Terms terms = closed();
    List<Joined> joined = joinAtRate(terms, 100_000, 2_000, 1);
    server.command("FLUSHALL");
    List<Joined> polling = new ArrayList<>(joined);
    Collections.shuffle(polling);
    parallel(
        CLIENTS,
        client -> {
          for (int i = client; i < polling.size(); i += CLIENTS) {
            Joined one = polling.get(i);
            lines.look(LINE, terms, new Place(one.subject(), one.sequence()));
          }
          return true;
        });
    List<String> order = server.command("ZRANGE", LINE.keys().get(2), "0", "-1").lines().toList();
    assertThat(order)
        .isEqualTo(
            joined.stream()
                .sorted(Comparator.comparingLong(Joined::sequence))
                .map(Joined::subject)
                .toList());
    Printed.figure("Q9", "FLUSHALL with 2000 waiting: order restored after one poll of each");
  }

  /** The project's bound is 350 octets, with keys of their real length. */
  @Test
  void aWaitingUserTakesAtMost350Octets() throws Exception {
    int number = 20_000;
    long before = memory();
    Terms terms = closed();
    parallel(
        CLIENTS,
        client -> {
          for (int i = client; i < number; i += CLIENTS) {
            lines.join(LINE, terms, Holder.visitor("v" + i).key());
          }
          return true;
        });
    long each = (memory() - before) / number;
    Printed.figure("memory", each + " octets of Redis for each of " + number + " waiting");
    assertThat(each).isBetween(1L, 350L);
  }

  @Test
  void theScriptsDeclareAllTheirKeysAndLetThemExpire() {
    Terms terms = LinesContract.terms(10, 1);
    Standing a = standing(lines.join(LINE, terms, "a"));
    lines.enter(LINE, terms, new Place("a", a.sequence()), Optional.empty());
    Standing b = standing(lines.join(LINE, terms, "b"));
    lines.join(LINE, terms, "c");
    lines.leave(LINE, terms, new Place("b", b.sequence()));
    List<String> keys = server.command("KEYS", "*").lines().toList();
    assertThat(LINE.keys()).containsAll(keys);
    for (String key : keys) {
      assertThat(Long.parseLong(server.command("PTTL", key)))
          .as(key)
          .isGreaterThan(Duration.ofHours(24).toMillis());
    }
  }

  /** Nobody is called: joins alone are looked at. */
  private static Terms closed() {
    Terms terms = LinesContract.terms(100_000, 1_000_000);
    return terms.changed(0, LineState.PAUSED, terms.rate(), terms.capacity());
  }

  /**
   * Parallel clients.
   *
   * @param together how many joins a client sends before it waits for their answers, which keep the
   *     order in which they were sent
   */
  private static List<Joined> joinAtRate(Terms terms, int perSecond, int number, int together)
      throws Exception {
    Collection<Joined> joined = new ConcurrentLinkedQueue<>();
    long started = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    parallel(
        CLIENTS,
        client -> {
          for (int i = next.getAndAdd(together); i < number; i = next.getAndAdd(together)) {
            long due = started + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            joined.addAll(joinTogether(terms, i, Math.min(i + together, number)));
          }
          return true;
        });
    return joined.stream().sorted(Comparator.comparingLong(Joined::began)).toList();
  }

  private static List<Joined> joinTogether(Terms terms, int first, int end) {
    RedisFlush flush = redis.flush();
    List<Pending<RedisValues>> asked =
        IntStream.range(first, end)
            .mapToObj(i -> flush.add(lines.joining(LINE, terms, "s" + i)))
            .toList();
    long began = System.nanoTime();
    List<Long> sequences =
        asked.stream()
            .map(one -> standing(RedisLines.told(one.reply(), terms)).sequence())
            .toList();
    long ended = System.nanoTime();
    assertThat(sequences).isSorted();
    return IntStream.range(first, end)
        .mapToObj(i -> new Joined("s" + i, sequences.get(i - first), began, ended))
        .toList();
  }

  /** Who had joined before another began to, and is behind it. */
  private static int inversions(List<Joined> joined) {
    List<Joined> bySequence =
        joined.stream().sorted(Comparator.comparingLong(Joined::sequence)).toList();
    long latestBegin = Long.MIN_VALUE;
    int inversions = 0;
    for (Joined one : bySequence) {
      if (one.ended() < latestBegin) {
        inversions++;
      }
      latestBegin = Math.max(latestBegin, one.began());
    }
    return inversions;
  }

  private static List<String> callAll(Terms paused, int number) {
    Terms open = paused.changed(1, LineState.OPEN, paused.rate(), paused.capacity());
    List<String> called = new ArrayList<>();
    String waiting = LINE.keys().get(2);
    String calls = LINE.keys().get(4);
    Set<String> known = new java.util.HashSet<>();
    while (called.size() < number) {
      List<String> heads = server.command("ZRANGE", waiting, "0", "99").lines().toList();
      standing(lines.admit(LINE, open, 100));
      Set<String> now = Set.copyOf(server.command("ZRANGE", calls, "0", "-1").lines().toList());
      for (String head : heads) {
        if (now.contains(head) && known.add(head)) {
          called.add(head);
        }
      }
    }
    return called;
  }

  private static long memory() {
    return server
        .command("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .sum();
  }

  private interface Work {
    boolean run(int index) throws Exception;
  }

  private static void parallel(int number, Work work) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(Math.min(number, 16))) {
      List<Callable<Boolean>> tasks =
          IntStream.range(0, number).<Callable<Boolean>>mapToObj(i -> () -> work.run(i)).toList();
      for (Future<Boolean> done : clients.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  private static Standing standing(Told told) {
    return LinesContract.known(told);
  }
}
