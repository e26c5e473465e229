package dev.gatehouse.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.LocalRun;
import dev.gatehouse.localstack.LocalRunOptions;
import dev.gatehouse.localstack.Progress;
import dev.gatehouse.localstack.Project;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A local run of the gateway in {@code queue/}, and what visitors and operators ask of it. */
final class QueueRun implements AutoCloseable {
  static final String JOIN = "/api/v1/queue/join";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path GATEWAY = Path.of("src", "test", "resources", "queue").toAbsolutePath();
  private static final int CLIENTS = 8;

  private final LocalRun run;
  private final HttpClient http = HttpClient.newHttpClient();

  private QueueRun(LocalRun run) {
    this.run = run;
  }

  static QueueRun start() {
    for (String module : List.of("authorizer-fn", "proxy-fn", "queue-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    LocalRun.Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, GATEWAY, 0, 2),
            new Progress(new PrintStream(progress, true, UTF_8)),
            _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(LocalRun.Start.Ready.class);
    return new QueueRun(((LocalRun.Start.Ready) start).run());
  }

  /** An answer with its JSON body. */
  record Answer(HttpResponse<String> response, JsonNode json) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    String text(String member) {
      return json.path(member).asText();
    }

    String cookie(String name) {
      return response.headers().allValues("Set-Cookie").stream()
          .filter(value -> value.startsWith(name + "="))
          .map(value -> value.substring(name.length() + 1, value.indexOf(';')))
          .findFirst()
          .orElse("");
    }

    void problem(int status, String code) {
      assertThat(status()).as(body()).isEqualTo(status);
      assertThat(text("code")).isEqualTo(code);
    }
  }

  /** What each of many clients does. */
  @FunctionalInterface
  interface Work {
    void run(int number) throws Exception;
  }

  static void parallel(int number, Work work) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        int mine = i;
        running.add(
            clients.submit(
                () -> {
                  work.run(mine);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  String url() {
    return "http://127.0.0.1:" + run.port();
  }

  String bearer(String subject, String scope) throws Exception {
    return "Bearer " + token(subject, scope);
  }

  String operator() throws Exception {
    return token("root", "gateway:admin");
  }

  private String token(String subject, String scope) throws Exception {
    long now = Instant.now().getEpochSecond();
    String claims =
        JSON.createObjectNode()
            .put("iss", "https://idp.queue.example")
            .put("aud", "queue")
            .put("sub", subject)
            .put("scope", scope)
            .put("iat", now)
            .put("exp", now + 600)
            .toString();
    return new RunClient(run.port()).sign("main", claims.getBytes(UTF_8));
  }

  /** A signed-in visitor's ticket. */
  String join(String event, String bearer) throws Exception {
    Answer joined = send("POST", JOIN, "{\"event_id\":\"" + event + "\"}", "Authorization", bearer);
    assertThat(joined.status()).as(joined.body()).isEqualTo(202);
    return joined.text("waiting_token");
  }

  Answer status(String ticket) throws Exception {
    return send("GET", "/api/v1/queue/status", "", "X-Waiting-Token", ticket);
  }

  Answer enter(String ticket) throws Exception {
    return send("POST", "/api/v1/queue/enter", "{\"waiting_token\":\"" + ticket + "\"}");
  }

  /** Asks, with a bound, until the ticket stands so. */
  Answer until(String word, String ticket) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    Answer last = status(ticket);
    while (!last.text("status").equals(word)) {
      assertThat(Instant.now()).as(last.body()).isBefore(end);
      last = status(ticket);
    }
    return last;
  }

  JsonNode admin(String method, String event, String body) throws Exception {
    Answer answer =
        send(method, "/admin/queues/" + event, body, "Authorization", "Bearer " + operator());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  /** What the back end saw, and forgets. */
  JsonNode seen() throws Exception {
    JsonNode seen = send("GET", "/_local/upstreams/shop/requests", "").json();
    control("DELETE", "upstreams/shop/requests", "");
    return seen;
  }

  void control(String method, String path, String body) throws Exception {
    assertThat(send(method, "/_local/" + path, body).status()).isBetween(200, 204);
  }

  Answer send(String method, String path, String body, String... fields) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(40))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (fields.length > 0) {
      request.headers(fields);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String text = response.body();
    boolean json = text.startsWith("{") || text.startsWith("[");
    return new Answer(response, JSON.readTree(json ? text : "{}"));
  }

  @Override
  public void close() {
    http.close();
    run.close();
  }
}
