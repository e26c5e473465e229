package dev.gatehouse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The local run's own figures: time to ready, the first request with every function cold, a warm
 * authenticated GET one after the other, the proxy's own part of it, memory, archives.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.LocalRunBench [requests]}. The limit of the example
 * (50/s) is what paces it: the requests come from as many subjects as it takes to stay below.
 */
public final class LocalRunBench {
  private static final String PORT = "8790";
  private static final String BASE = "http://localhost:" + PORT;

  /** As many as the JIT's second compiler wants before it has compiled what a request runs. */
  private static final int WARM_UP = 2_000;

  private static final int FRESH = 200;
  private static final int REQUESTS_PER_SUBJECT = 90;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();

  private LocalRunBench() {}

  /**
   * Measures and prints.
   *
   * @param args the number of warm requests, 2000 unless given
   */
  public static void main(String... args) throws IOException, InterruptedException {
    new LocalRunBench().run(args.length == 0 ? 2_000 : Integer.parseInt(args[0]));
  }

  private void run(int requests) throws IOException, InterruptedException {
    print(
        "machine",
        System.getProperty("os.name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, JDK "
            + Runtime.version());
    print("command", "./gatehouse local --port " + PORT);
    long started = System.nanoTime();
    Process run =
        new ProcessBuilder("./gatehouse", "local", "--port", PORT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitReady(run);
      print("ready after", seconds(System.nanoTime() - started));
      measure(requests, run);
    } finally {
      long stopped = System.nanoTime();
      run.destroy();
      run.waitFor(10, TimeUnit.SECONDS);
      print("stopped after", seconds(System.nanoTime() - stopped));
    }
    archives();
  }

  private void measure(int requests, Process run) throws IOException, InterruptedException {
    String pass = pass();
    long cold = System.nanoTime();
    HttpResponse<String> created =
        send(
            HttpRequest.newBuilder(URI.create(BASE + "/api/v1/reservations"))
                .header("Authorization", "Bearer " + token("bench-0"))
                .header("X-Queue-Pass", pass)
                .header("Idempotency-Key", "5f3a8f0e-9b1c-4c39-8f0b-1f6d6a1f3c11")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"event_id\":\"evt-1\",\"seat_ids\":[\"A1\"],\"quantity\":1}")));
    print(
        "first request, token included",
        millis(System.nanoTime() - cold) + ", " + created.statusCode());
    String id = json.readTree(created.body()).path("reservation_id").textValue();
    List<Long> fresh = gets(id, FRESH, "fresh");
    print("GET, first " + FRESH + ", p50", millis(percentile(fresh, 50)));
    gets(id, WARM_UP, "warm-up");
    List<Long> nanos = gets(id, requests, "bench");
    print("warm GET, sequential, p50", millis(percentile(nanos, 50)));
    print("warm GET, sequential, p99", millis(percentile(nanos, 99)));
    String log =
        send(HttpRequest.newBuilder(URI.create(BASE + "/_local/logs?function=Proxy"))).body();
    print("proxy-fn's own time, p50", millis(percentile(proxyOwn(log, requests), 50)));
    print("requests decided without Redis", withoutRedis(log));
    print("memory of all processes", memory(run) + " MB (resident)");
  }

  /** The first subject's pass of the example's queue. */
  private String pass() throws IOException, InterruptedException {
    HttpResponse<String> joined =
        send(
            HttpRequest.newBuilder(URI.create(BASE + "/api/v1/queue/join"))
                .header("Authorization", "Bearer " + token("bench-0"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"event_id\":\"evt-1\"}")));
    String ticket = json.readTree(joined.body()).path("waiting_token").textValue();
    HttpResponse<String> entered =
        send(
            HttpRequest.newBuilder(URI.create(BASE + "/api/v1/queue/enter"))
                .POST(
                    HttpRequest.BodyPublishers.ofString("{\"waiting_token\":\"" + ticket + "\"}")));
    return json.readTree(entered.body()).path("reservation_token").textValue();
  }

  private List<Long> gets(String id, int count, String subject)
      throws IOException, InterruptedException {
    List<Long> nanos = new ArrayList<>(count);
    String token = "";
    for (int i = 0; i < count; i++) {
      if (i % REQUESTS_PER_SUBJECT == 0) {
        token = token(subject + "-" + i);
      }
      HttpRequest.Builder get =
          HttpRequest.newBuilder(URI.create(BASE + "/api/v1/reservations/" + id))
              .header("Authorization", "Bearer " + token);
      long sent = System.nanoTime();
      HttpResponse<String> answer = send(get);
      nanos.add(System.nanoTime() - sent);
      if (answer.statusCode() != 200) {
        throw new IOException(answer.statusCode() + " (expected: 200): " + answer.body());
      }
    }
    return nanos;
  }

  private String token(String subject) throws IOException, InterruptedException {
    long now = System.currentTimeMillis() / 1_000;
    String claims =
        "{\"iss\":\"https://idp.traffic-tacos.example\",\"aud\":\"gateway-api\",\"sub\":\""
            + subject
            + "\",\"scope\":\"reservations:read reservations:write\",\"iat\":"
            + now
            + ",\"exp\":"
            + (now + 600)
            + "}";
    String body =
        "{\"payload_base64\":\""
            + Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
            + "\"}";
    HttpResponse<String> signed =
        send(
            HttpRequest.newBuilder(URI.create(BASE + "/_local/issuers/main/sign"))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    return json.readTree(signed.body()).path("token").textValue();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
  }

  /** What the proxy's log lines say: the whole time less the back end's. */
  private List<Long> proxyOwn(String log, int requests) throws IOException {
    List<Long> own = new ArrayList<>();
    for (String line : log.split("\n", -1)) {
      if (line.contains("\"request_completed\"") && line.contains("upstream_ms")) {
        JsonNode facts = json.readTree(line.substring(line.indexOf('{')));
        double millis =
            facts.path("latency_ms").doubleValue() - facts.path("upstream_ms").doubleValue();
        own.add((long) (millis * 1e6));
      }
    }
    return own.subList(Math.max(0, own.size() - requests), own.size());
  }

  private static String withoutRedis(String log) {
    return Long.toString(log.lines().filter(line -> line.contains("limits_without_redis")).count());
  }

  private static long memory(Process run) {
    return Stream.concat(Stream.of(run.toHandle()), run.descendants())
            .mapToLong(process -> resident(process.pid()))
            .sum()
        / 1024;
  }

  /** Kilobytes, from Linux's /proc; 0 elsewhere. */
  private static long resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void archives() throws IOException {
    for (String function : List.of("authorizer-fn", "proxy-fn")) {
      Path archive = Path.of(function, "target", function + "-lambda.zip");
      print(archive.getFileName().toString(), Math.round(Files.size(archive) / 1e5) / 10.0 + " MB");
    }
  }

  private static void awaitReady(Process run) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    if (line == null || !line.startsWith("ready ")) {
      throw new IOException("\"" + line + "\" (expected: ready " + BASE + ")");
    }
  }

  private static long percentile(List<Long> values, int percent) {
    List<Long> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static void print(String what, String figure) {
    System.out.printf(Locale.ROOT, "%-32s %s%n", what, figure);
  }
}
