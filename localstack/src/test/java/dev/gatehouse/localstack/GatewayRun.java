package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.LocalRun.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A local run of a gateway of {@code src/test/resources}, and what tests ask of it. */
final class GatewayRun implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Project PROJECT = new Project(Path.of(".."));

  private final HttpClient client = HttpClient.newHttpClient();
  private final LocalRun run;

  private GatewayRun(LocalRun run) {
    this.run = run;
  }

  /** Starts it; skips the test where the archives are not built. */
  static GatewayRun start(String gateway, String... modules) {
    for (String module : modules) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    Start start =
        LocalRun.start(
            new LocalRunOptions(PROJECT, Path.of("src/test/resources", gateway), 0, 2),
            new Progress(new PrintStream(progress, true, UTF_8)),
            _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(Start.Ready.class);
    return new GatewayRun(((Start.Ready) start).run());
  }

  HttpResponse<String> get(String path, String... fields) throws Exception {
    HttpRequest.Builder request = request("GET", path, "");
    return send(fields.length == 0 ? request : request.headers(fields));
  }

  HttpRequest.Builder request(String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + run.port() + path))
        .timeout(Duration.ofSeconds(40))
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** What {@code /_local} answers. */
  JsonNode control(String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(request(method, "/_local/" + path, body));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
  }

  /** What a back end has been asked since it was told to forget. */
  List<JsonNode> requests(String service) throws Exception {
    List<JsonNode> requests = new ArrayList<>();
    control("GET", "upstreams/" + service + "/requests", "").forEach(requests::add);
    return requests;
  }

  /** The value of {@code Authorization} for a subject of the issuer {@code main}. */
  String token(String issuer, String audience, String subject) throws Exception {
    return token(issuer, audience, subject, "");
  }

  /** The value of {@code Authorization} for an operator. */
  String operator(String issuer, String audience) throws Exception {
    return token(issuer, audience, "operator", "gateway:admin");
  }

  private String token(String issuer, String audience, String subject, String scope)
      throws Exception {
    long now = Instant.now().getEpochSecond();
    String payload =
        JSON.createObjectNode()
            .put("iss", issuer)
            .put("aud", audience)
            .put("sub", subject)
            .put("scope", scope)
            .put("iat", now)
            .put("exp", now + 600)
            .toString();
    String encoded = Base64.getEncoder().encodeToString(payload.getBytes(UTF_8));
    return "Bearer "
        + control("POST", "issuers/main/sign", "{\"payload_base64\":\"" + encoded + "\"}")
            .path("token")
            .asText();
  }

  /** The whole answer to octets that no client library would send, on a connection of their own. */
  String raw(byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), run.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() {
    client.close();
    run.close();
  }
}
