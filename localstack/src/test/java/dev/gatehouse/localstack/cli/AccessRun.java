package dev.gatehouse.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.LocalRun;
import dev.gatehouse.localstack.LocalRunOptions;
import dev.gatehouse.localstack.Progress;
import dev.gatehouse.localstack.Project;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;

/** A local run of the gateway in {@code access/}, and what a client and an operator do with it. */
final class AccessRun implements AutoCloseable {
  static final Path GATEWAY = Path.of("src", "test", "resources", "access").toAbsolutePath();
  static final String ISSUER = "https://idp.access.example";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));

  private final LocalRun run;
  private final HttpClient http = HttpClient.newHttpClient();

  private AccessRun(LocalRun run) {
    this.run = run;
  }

  static AccessRun start() {
    for (String module : List.of("authorizer-fn", "proxy-fn")) {
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
    return new AccessRun(((LocalRun.Start.Ready) start).run());
  }

  /** The gateway's address. */
  String url() {
    return "http://127.0.0.1:" + run.port();
  }

  /** What the command line said. */
  record Said(int exit, String out, String err) {}

  /** Runs a command line against this gateway. */
  static Said gatehouse(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = GatehouseCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int exit = command.execute(arguments);
    return new Said(exit, out.toString().strip(), err.toString().strip());
  }

  /** A token's claims, valid for ten minutes from now. */
  static ObjectNode claims(String subject, String jti) {
    long now = Instant.now().getEpochSecond();
    return JSON.createObjectNode()
        .put("iss", ISSUER)
        .put("aud", "access")
        .put("sub", subject)
        .put("jti", jti)
        .put("iat", now)
        .put("exp", now + 600);
  }

  String sign(ObjectNode claims) throws IOException {
    return new RunClient(run.port()).sign("main", claims.toString().getBytes(UTF_8));
  }

  String operator() throws IOException {
    return sign(claims("root", "op-" + System.nanoTime()).put("scope", "gateway:admin"));
  }

  JsonNode admin(String method, String path, ObjectNode body) throws IOException {
    return new AdminClient(url(), operator()).call(method, path, Optional.of(body));
  }

  HttpResponse<String> send(String method, String path, String... fields) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (fields.length > 0) {
      request.headers(fields);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What the back end saw, and forgets. */
  JsonNode seen() throws Exception {
    JsonNode seen = JSON.readTree(send("GET", "/_local/upstreams/things/requests").body());
    send("DELETE", "/_local/upstreams/things/requests");
    return seen;
  }

  String logs(String function) throws Exception {
    return send("GET", "/_local/logs?function=" + function).body();
  }

  /** Waits, with a bound, until a request is answered with this status. */
  void untilStatus(int status, Duration bound, String path, String... fields) throws Exception {
    long end = System.nanoTime() + bound.toNanos();
    int last = send("GET", path, fields).statusCode();
    while (last != status) {
      assertThat(System.nanoTime()).as("still " + last + " on " + path).isLessThan(end);
      LockSupport.parkNanos(50_000_000);
      last = send("GET", path, fields).statusCode();
    }
  }

  @Override
  public void close() {
    http.close();
    run.close();
  }
}
