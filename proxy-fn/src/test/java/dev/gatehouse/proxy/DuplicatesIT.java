package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Invariant I8: {@value #DUPLICATES} duplicates of each key started together, {@value #AT_ONCE} in
 * the pipeline at a time.
 *
 * <p>20 keys take about a minute of two busy cores; {@code -Dduplicates.keys=100} floods a hundred
 * keys, 100,000 requests.
 */
final class DuplicatesIT {
  private static final int KEYS = Integer.getInteger("duplicates.keys", 20);
  private static final int DUPLICATES = 1000;

  /** Beyond that a slow machine runs into the store's own time limit of 4 s. */
  private static final int AT_ONCE = 32;

  private static final Pattern KEY = Pattern.compile("Idempotency-Key: ([0-9a-f-]{36})\r\n");

  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();

  @Test
  void ofAThousandDuplicatesOneActsAndAllAreToldTheSameOrToWait()
      throws IOException, ExecutionException, InterruptedException {
    List<String> keys =
        IntStream.range(0, KEYS).mapToObj(_ -> UUID.randomUUID().toString()).toList();
    PrintStream console = System.out;
    try (Shop shop = new Shop(false);
        RawServer backEnd = new RawServer(this::act);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true)) {
      FrontDoor door = shop.environment(backEnd.url(), new ManualClock());
      // Thirty threads would load the same classes at once, and the store's first call take 1 s.
      serve(door, UUID.randomUUID().toString(), new Semaphore(1));
      // 300,000 lines of log and metrics would measure the console.
      System.setOut(nowhere);
      long started = System.nanoTime();
      Map<String, List<Answer>> answers = flood(door, keys);
      double seconds = (System.nanoTime() - started) / 1e9;
      System.setOut(console);
      report(answers, seconds, console);
      answers.forEach(
          (key, all) -> check(all, effects.getOrDefault(key, new AtomicInteger()).get()));
    } finally {
      System.setOut(console);
    }
  }

  private static Map<String, List<Answer>> flood(FrontDoor door, List<String> keys)
      throws ExecutionException, InterruptedException {
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    Semaphore places = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String key : keys) {
        List<Answer> ofKey = new ArrayList<>(DUPLICATES);
        Callable<Answer> duplicate = () -> serve(door, key, places);
        for (Future<Answer> one : threads.invokeAll(Collections.nCopies(DUPLICATES, duplicate))) {
          ofKey.add(one.get());
        }
        answers.put(key, ofKey);
      }
    }
    return answers;
  }

  private static Answer serve(FrontDoor door, String key, Semaphore places)
      throws IOException, InterruptedException {
    places.acquire();
    try {
      return Shop.serve(door, request(key));
    } finally {
      places.release();
    }
  }

  private static ApiEvent request(String key) {
    return ApiEvent.of("POST", "/flood")
        .with("Idempotency-Key", key)
        .as("alice", Shop.LATER, "buy");
  }

  private void act(String request, Socket connection) throws IOException {
    Matcher key = KEY.matcher(request);
    assertThat(key.find()).isTrue();
    int effect = effects.computeIfAbsent(key.group(1), _ -> new AtomicInteger()).incrementAndGet();
    String body = "{\"key\":\"" + key.group(1) + "\",\"effect\":" + effect + "}";
    connection
        .getOutputStream()
        .write(
            ("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(ISO_8859_1));
  }

  private static void check(List<Answer> answers, int effects) {
    assertThat(effects).isEqualTo(1);
    assertThat(answers).hasSize(DUPLICATES);
    List<Answer> successes = answers.stream().filter(answer -> answer.status() == 201).toList();
    assertThat(successes.stream().map(answer -> new String(answer.body(), ISO_8859_1)).distinct())
        .hasSize(1);
    assertThat(successes.stream().filter(answer -> answer.all("Idempotent-Replayed").isEmpty()))
        .hasSize(1);
    assertThat(answers).allMatch(answer -> answer.status() == 201 || answer.status() == 409);
  }

  private static void report(
      Map<String, List<Answer>> answers, double seconds, PrintStream console) {
    Map<Integer, Integer> statuses = new TreeMap<>();
    answers.values().forEach(all -> all.forEach(a -> statuses.merge(a.status(), 1, Integer::sum)));
    int requests = KEYS * DUPLICATES;
    console.printf(
        "duplicates: %d keys x %d = %d requests in %.1f s (%.0f/s); answers by status %s%n",
        KEYS, DUPLICATES, requests, seconds, requests / seconds, statuses);
  }
}
