package dev.gatehouse.localstack.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.LocalRun;
import dev.gatehouse.localstack.LocalRunOptions;
import dev.gatehouse.localstack.Progress;
import dev.gatehouse.localstack.Project;
import dev.gatehouse.redis.Polling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A local run of the example gateway with a shop's origin and a queue that opens in an hour, and
 * what its other visitors and its operators do.
 */
final class RoomRun implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path EXAMPLE = PROJECT.root().resolve("examples/traffic-tacos");
  private static final String ISSUER = "https://idp.traffic-tacos.example";

  private final LocalRun run;
  private final HttpClient http = HttpClient.newHttpClient();

  private RoomRun(LocalRun run) {
    this.run = run;
  }

  static RoomRun start(String shop) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "waiting-room").toAbsolutePath());
    Files.copy(
        EXAMPLE.resolve("Backend.java"),
        folder.resolve("Backend.java"),
        StandardCopyOption.REPLACE_EXISTING);
    String yaml = Files.readString(EXAMPLE.resolve("gateway.yaml"));
    assertThat(yaml).contains("http://localhost:3000", "\nqueues:\n");
    Files.writeString(
        folder.resolve("gateway.yaml"),
        yaml.replace("http://localhost:3000", shop)
            .replace(
                "\nqueues:\n",
                "\nqueues:\n  later: {events: [later*], admit: 50/s, capacity: 500, prequeue: shuffle, opensAt: %s}\n"
                    .formatted(Instant.now().plus(Duration.ofHours(1)))));
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    LocalRun.Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, folder, 0, 2),
            new Progress(new PrintStream(progress, true, UTF_8)),
            _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(LocalRun.Start.Ready.class);
    RoomRun room = new RoomRun(((LocalRun.Start.Ready) start).run());
    room.warmUp();
    return room;
  }

  /** Cold functions of a busy machine may ask to be asked again; the tests are about warm ones. */
  private void warmUp() {
    Polling.until(
        Duration.ofSeconds(60),
        "visitors, operators and the shop are served",
        () -> {
          try {
            leave(full("evt-warm-" + System.nanoTime()));
            return true;
          } catch (AssertionError | Exception e) {
            return false;
          }
        });
  }

  /** Of the gateway, as a browser calls it. */
  String url() {
    return "http://localhost:" + run.port();
  }

  /** The ticket of one more visitor. */
  String join(String event) throws Exception {
    return send("POST", "/api/v1/queue/join", "", 202, "{\"event_id\":\"" + event + "\"}")
        .path("waiting_token")
        .asText();
  }

  JsonNode look(String ticket) throws Exception {
    return send("GET", "/api/v1/queue/status?token=" + ticket, "", 200, "");
  }

  void leave(String ticket) throws Exception {
    send("DELETE", "/api/v1/queue/leave?token=" + ticket, "", 200, "");
  }

  /** The ticket of a visitor who is the only one inside of an event that has no more room. */
  String full(String event) throws Exception {
    operate(event, "{\"capacity\":1}");
    String ticket = join(event);
    send("POST", "/api/v1/queue/enter", "", 200, "{\"waiting_token\":\"" + ticket + "\"}");
    return ticket;
  }

  void operate(String event, String change) throws Exception {
    String operator = token("operator", "gateway:admin");
    send("PUT", "/admin/queues/" + event, operator, 200, change);
  }

  String token(String subject, String scope) throws Exception {
    long now = Instant.now().getEpochSecond();
    String payload =
        JSON.createObjectNode()
            .put("iss", ISSUER)
            .put("aud", "gateway-api")
            .put("sub", subject)
            .put("scope", scope)
            .put("iat", now)
            .put("exp", now + 600)
            .toString();
    String encoded = Base64.getEncoder().encodeToString(payload.getBytes(UTF_8));
    String body = "{\"payload_base64\":\"" + encoded + "\"}";
    return send("POST", "/_local/issuers/main/sign", "", 200, body).path("token").asText();
  }

  private JsonNode send(String method, String path, String token, int status, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + run.port() + path))
            .timeout(Duration.ofSeconds(40))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    http.close();
    run.close();
  }
}
