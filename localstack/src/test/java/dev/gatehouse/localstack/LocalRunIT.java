package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.gatehouse.localstack.LocalRun.Start;
import dev.gatehouse.localstack.machine.RunFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A whole run of the example gateway, and its control.
 *
 * <p>Of a copy: commands that look for the example's newest run must not find this one.
 */
class LocalRunIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader WHOLE_LINE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path EXAMPLE = PROJECT.root().resolve("examples/traffic-tacos");
  private static final Path GATEWAY = Path.of("target", "local-run").toAbsolutePath();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static @Nullable LocalRun run;

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectories(GATEWAY);
    for (String file : List.of("gateway.yaml", "Backend.java")) {
      Files.copy(EXAMPLE.resolve(file), GATEWAY.resolve(file), REPLACE_EXISTING);
    }
    for (String module :
        List.of("authorizer-fn", "proxy-fn", "idempotency-fn", "ratelimit-fn", "queue-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    LocalRunOptions options = new LocalRunOptions(PROJECT, GATEWAY, 0, 2);
    Start start =
        LocalRun.start(options, new Progress(new PrintStream(progress, true, UTF_8)), _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(Start.Ready.class);
    run = ((Start.Ready) start).run();
  }

  @AfterAll
  static void end() throws IOException {
    if (run != null) {
      long began = System.nanoTime();
      run.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(RunFolder.newest(GATEWAY)).isEmpty();
      assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList())
          .isEmpty();
    }
    HTTP.close();
  }

  @Test
  void theGatewayAnswersAndAnotherCommandFindsIt() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(RunFolder.newest(GATEWAY).orElseThrow().port()).isEqualTo(port());
  }

  @Test
  void aTokenOfTheDemoIssuerIsAcceptedAndAWrongOneIsNot() throws Exception {
    String issuer = control("GET", "issuers", "").get(0).path("issuer").asText();

    assertThat(reservation(token(issuer)).statusCode()).isNotIn(401, 403, 500);
    assertThat(reservation(token(issuer + ".other")).statusCode()).isEqualTo(401);
    assertThat(get("/api/v1/reservations/r-1").statusCode()).isEqualTo(401);
  }

  @Test
  void functionsAreCountedAndTheirLogsAreThere() throws Exception {
    get("/healthz");

    JsonNode functions = control("GET", "functions", "");

    assertThat(functions).hasSize(7);
    for (JsonNode function : functions) {
      boolean onEveryonesWay =
          function.path("name").asText().matches(".*-(Authorizer|Proxy|Queue)F.*");
      assertThat(function.path("environments").asInt() > 0)
          .as(function.toString())
          .isEqualTo(onEveryonesWay);
      assertThat(function.path("init_ms").asLong() > 0).isEqualTo(onEveryonesWay);
    }
    assertThat(get("/_local/logs?function=authorizer").statusCode()).isEqualTo(200);
    assertThat(get("/_local/logs?function=other").statusCode()).isEqualTo(404);
  }

  @Test
  void everyRehearsalSucceedsAndNobodyIsToldOfIt() throws Exception {
    for (String function : List.of("Authorizer", "Proxy", "Queue")) {
      assertThat(get("/_local/logs?function=" + function).body())
          .as(function)
          .contains("\"msg\":\"primed\"")
          .doesNotContain("prime failed", "rehearsal", "SLF4J", "WARNING");
    }
  }

  @Test
  void everyMetricIsALineOfItsOwnInTheFunctionsLog() throws Exception {
    get("/healthz");
    List<String> lines =
        get("/_local/logs?function=proxy").body().lines().filter(l -> l.contains("_aws")).toList();
    assertThat(lines).anyMatch(line -> line.contains("http_server_requests_total"));
    for (String line : lines) {
      assertThat(WHOLE_LINE.readTree(line).at("/_aws/CloudWatchMetrics/0/Namespace").textValue())
          .as(line)
          .isEqualTo("Gatehouse");
    }
  }

  @Test
  void everyRequestHasOneLineThatTellsItsInvocationAndFunction() throws Exception {
    JsonNode first = requestLine("line-1");
    JsonNode second = requestLine("line-2");

    for (JsonNode line : List.of(first, second)) {
      assertThat(line.path("service").asText()).isNotEmpty();
      assertThat(line.path("function").asText()).contains("Proxy");
      assertThat(line.path("function_version").asText()).isNotEmpty();
      assertThat(line.path("function_request_id").asText()).matches("[0-9a-f-]{36}");
    }
    assertThat(second.path("function_request_id")).isNotEqualTo(first.path("function_request_id"));
    assertThat(second.path("cold_start").isBoolean()).isTrue();
    assertThat(second.path("cold_start").asBoolean()).isFalse();
  }

  @Test
  void aSampledRequestTellsXrayWhatItWaitedForAndAnotherDoesNot() throws Exception {
    String token = token(control("GET", "issuers", "").get(0).path("issuer").asText());
    String unsampled = "1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa";
    String sampled = "1-5759e988-bbbbbbbbbbbbbbbbbbbbbbbb";

    reservation(token, "Root=" + unsampled + ";Sampled=0");
    JsonNode segments = JSON.createArrayNode();
    for (int asked = 0; asked < 20 && !segments.toString().contains(sampled); asked++) {
      reservation(token, "Root=" + sampled + ";Sampled=1"); // a datagram may still be on its way
      segments = control("GET", "traces", "");
    }

    assertThat(segments)
        .anySatisfy(
            segment -> {
              assertThat(segment.path("trace_id").asText()).isEqualTo(sampled);
              assertThat(segment.path("name").asText()).isEqualTo("reservation");
              assertThat(segment.path("namespace").asText()).isEqualTo("remote");
            })
        .noneSatisfy(segment -> assertThat(segment.path("trace_id").asText()).isEqualTo(unsampled));
  }

  @Test
  void whatAnUpstreamIsToldItDoes() throws Exception {
    String upstream = control("GET", "info", "").at("/upstreams/reservation").asText();
    control("PUT", "upstreams/reservation/behaviour", "{\"status\":418,\"times\":1}");
    control("DELETE", "upstreams/reservation/requests", "");

    assertThat(send(HttpRequest.newBuilder(URI.create(upstream + "/x?y"))).statusCode())
        .isEqualTo(418);

    JsonNode requests = control("GET", "upstreams/reservation/requests", "");
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).path("path").asText()).isEqualTo("/x");
    assertThat(requests.get(0).path("query").asText()).isEqualTo("y");
    assertThat(post("PUT", "upstreams/reservation/behaviour", "{\"status\":1}").statusCode())
        .isEqualTo(400);
    assertThat(get("/_local/upstreams/nobody/requests").statusCode()).isEqualTo(404);
  }

  @Test
  void redisGoesAndComesBack() throws Exception {
    JsonNode redis = control("GET", "info", "").path("redis");
    control("PUT", "redis", "{\"state\":\"down\"}");
    assertThat(accepts(redis.path("port").asInt())).isFalse();
    control("PUT", "redis", "{\"state\":\"up\"}");
    assertThat(accepts(redis.path("port").asInt())).isTrue();
    assertThat(post("PUT", "redis", "{\"state\":\"gone\"}").statusCode()).isEqualTo(400);
    assertThat(post("PUT", "redis", "{").statusCode()).isEqualTo(400);
  }

  @Test
  void anIssuerRotatesAndFails() throws Exception {
    String before = control("GET", "issuers", "").get(0).path("keys").toString();
    control("POST", "issuers/main/rotate", "");
    assertThat(control("GET", "issuers", "").get(0).path("keys").toString()).isNotEqualTo(before);
    control("PUT", "issuers/main", "{\"state\":\"garbage\"}");
    String keys = control("GET", "issuers", "").get(0).path("jwks").asText();
    assertThat(send(HttpRequest.newBuilder(URI.create(keys))).body()).startsWith("<html>");
    control("PUT", "issuers/main", "{\"state\":\"up\"}");
  }

  @Test
  void theControlIsForThisMachineOnly() throws Exception {
    assertThat(raw("localhost:" + port(), "")).startsWith("HTTP/1.1 200");
    assertThat(raw("[::1]", "Origin: http://127.0.0.1:3000\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw("localhost.evil.example", "")).startsWith("HTTP/1.1 403");
    assertThat(raw("localhost", "Origin: https://evil.example\r\n")).startsWith("HTTP/1.1 403");
    assertThat(raw("localhost", "Origin: null\r\n")).startsWith("HTTP/1.1 403");
  }

  @Test
  void aPortInUseIsSaidAtOnce() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      LocalRunOptions options = new LocalRunOptions(PROJECT, GATEWAY, taken.getLocalPort(), 2);

      assertThat(LocalRun.start(options, new Progress(System.err), _ -> {}))
          .isEqualTo(
              new Start.Refused(
                  3,
                  List.of(
                      "port "
                          + taken.getLocalPort()
                          + ": in use (expected: a free one; --port N)")));
    }
  }

  private static int port() {
    return run == null ? 0 : run.port();
  }

  private static String token(String issuer) throws Exception {
    long now = Instant.now().getEpochSecond();
    String payload =
        JSON.createObjectNode()
            .put("iss", issuer)
            .put("aud", "gateway-api")
            .put("sub", "alice")
            .put("scope", "reservations:read")
            .put("iat", now)
            .put("exp", now + 600)
            .toString();
    String encoded = Base64.getEncoder().encodeToString(payload.getBytes(UTF_8));
    return control("POST", "issuers/main/sign", "{\"payload_base64\":\"" + encoded + "\"}")
        .path("token")
        .asText();
  }

  private static HttpResponse<String> reservation(String token) throws Exception {
    return reservation(token, "");
  }

  private static HttpResponse<String> reservation(String token, String trace) throws Exception {
    return send(
        HttpRequest.newBuilder(uri("/api/v1/reservations/r-1"))
            .header("Authorization", "Bearer " + token)
            .header("X-Amzn-Trace-Id", trace));
  }

  private static JsonNode control(String method, String path, String body) throws Exception {
    HttpResponse<String> response = post(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
  }

  private static HttpResponse<String> post(String method, String path, String body)
      throws Exception {
    return send(
        HttpRequest.newBuilder(uri("/_local/" + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The proxy's line of a request for a page, which the local run may still be reading. */
  private static JsonNode requestLine(String id) throws Exception {
    send(HttpRequest.newBuilder(uri("/healthz")).header("X-Request-ID", id));
    for (int asked = 0; asked < 20; asked++) {
      for (String line : get("/_local/logs?function=proxy").body().lines().toList()) {
        if (line.contains("\"request_id\":\"" + id + "\"")) {
          return WHOLE_LINE.readTree(line);
        }
      }
    }
    throw new AssertionError("no line of " + id);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(
        request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private static boolean accepts(int port) {
    try (Socket _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String raw(String host, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port())) {
      String request =
          "GET /_local/functions HTTP/1.1\r\nHost: "
              + host
              + "\r\n"
              + headers
              + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
