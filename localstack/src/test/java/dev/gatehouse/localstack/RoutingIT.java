package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Routing over real HTTP: a corpus of paths, queries, fields and bodies, sent once and judged case
 * by case by what the back ends recorded; and what clients see of variants, versions, splits,
 * rewrites and redirects.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class RoutingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SERVICES =
      List.of("files", "api", "secret", "orders", "canary");

  /** Where each service of the corpus may be asked. */
  private static final Map<String, String> PREFIXES =
      Map.of("files", "/files/", "api", "/internal/");

  private final Map<String, String> answers = new HashMap<>();
  private final Map<String, List<Seen>> seen = new HashMap<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private GatewayRun run;

  /** A request as a back end saw it. */
  private record Seen(String service, JsonNode request) {
    String target() {
      String query = request.path("query").asText();
      return request.path("path").asText() + (query.isEmpty() ? "" : "?" + query);
    }

    /** Values by name, with a hyphen for whatever is no letter or digit, as CGI servers read it. */
    Map<String, List<String>> fields() {
      Map<String, List<String>> fields = new LinkedHashMap<>();
      request
          .path("headers")
          .propertyStream()
          .forEach(
              field ->
                  field
                      .getValue()
                      .forEach(
                          value ->
                              fields
                                  .computeIfAbsent(
                                      field
                                          .getKey()
                                          .toLowerCase(Locale.ROOT)
                                          .replaceAll("[^a-z0-9]", "-"),
                                      _ -> new ArrayList<>())
                                  .add(value.asText())));
      return fields;
    }
  }

  @BeforeAll
  void start() throws Exception {
    run = GatewayRun.start("routing", "authorizer-fn", "proxy-fn");
    for (CorpusCase one : CorpusCase.all()) {
      answers.put(one.marker(), run.raw(one.octets()));
    }
    for (String service : SERVICES) {
      for (JsonNode request : run.requests(service)) {
        Seen one = new Seen(service, request);
        String marker = String.join(",", one.fields().getOrDefault("x-case", List.of("none")));
        seen.computeIfAbsent(marker, _ -> new ArrayList<>()).add(one);
      }
    }
    for (int i = 0; i < 16; i++) {
      tokens.put("user-" + i, run.token("https://idp.routing.example", "routing", "user-" + i));
    }
  }

  @AfterAll
  void end() {
    if (run != null) {
      run.close();
    }
  }

  @BeforeEach
  void forget() throws Exception {
    for (String service : SERVICES) {
      run.control("DELETE", "upstreams/" + service + "/requests", "");
    }
  }

  static List<CorpusCase> corpus() {
    return CorpusCase.all();
  }

  @Test
  void theCorpusIsLargeAndEveryRequestOfItIsAccountedFor() {
    assertThat(corpus()).hasSizeGreaterThanOrEqualTo(300);
    assertThat(corpus().stream().map(CorpusCase::marker)).containsAll(seen.keySet());
    assertThat(corpus().stream().filter(one -> !one.isRefused())).hasSameSizeAs(seen.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void aCaseOfTheCorpus(CorpusCase one) throws IOException {
    String answer = answers.getOrDefault(one.marker(), "");
    assertThat(answer).startsWith("HTTP/1.1 ");
    int status = Integer.parseInt(answer.substring(9, 12));
    List<Seen> requests = seen.getOrDefault(one.marker(), List.of());
    if (one.isRefused()) {
      assertThat(requests).isEmpty();
      assertThat(String.valueOf(status)).isEqualTo(one.expected());
      return;
    }
    assertThat(status).as(answer).isEqualTo(200);
    assertThat(requests).hasSize(1);
    Seen request = requests.getFirst();
    assertThat(request.service() + " " + request.target()).isEqualTo(one.expected());
    assertThat(request.target()).startsWith(PREFIXES.get(request.service()));
    assertBody(one, request);
    assertFields(one, request.fields());
  }

  private static void assertBody(CorpusCase one, Seen request) throws IOException {
    byte[] octets = Base64.getDecoder().decode(request.request().path("body_base64").asText());
    assertThat(new String(octets, ISO_8859_1)).isEqualTo(one.body());
    List<String> types =
        one.fields().stream()
            .filter(field -> field.startsWith("Content-Type: "))
            .map(field -> field.substring(14))
            .toList();
    assertThat(request.fields().getOrDefault("content-type", List.of())).isEqualTo(types);
  }

  /** What a client sends in the corpus under a name that is not its own has "evil" in it. */
  private static void assertFields(CorpusCase one, Map<String, List<String>> fields) {
    assertThat(fields.values().stream().flatMap(List::stream))
        .as("spoofed fields in %s", fields)
        .noneMatch(value -> value.contains("evil"));
    assertThat(fields).containsEntry("x-auth-kind", List.of("none"));
    assertThat(fields).containsEntry("x-forwarded-for", List.of("127.0.0.1"));
    assertThat(fields).containsEntry("x-forwarded-proto", List.of("https"));
    assertThat(fields.keySet())
        .noneMatch(name -> name.startsWith("x-user-") || name.equals("x-real-ip"))
        .doesNotContain("te", "trailer", "upgrade", "proxy-authorization", "x-api-key");
    for (String once : List.of("forwarded", "x-forwarded-host", "traceparent", "x-request-id")) {
      assertThat(fields.get(once)).as(once).hasSize(1);
    }
    List<String> kept =
        one.fields().stream()
            .filter(field -> field.startsWith("X-Kept: "))
            .map(field -> field.substring(8))
            .toList();
    assertThat(fields.getOrDefault("x-kept", List.of())).isEqualTo(kept);
  }

  @Test
  void variantsGoByHeadersQueryAndHost() throws Exception {
    assertThat(service(run.get("/shop"))).isEqualTo("orders");
    assertThat(service(run.get("/shop", "x-env", "canary"))).isEqualTo("canary");
    assertThat(service(run.get("/shop", "X-Env", "canary", "X-Env", "canary"))).isEqualTo("orders");
    assertThat(service(run.get("/shop?lang=ko"))).isEqualTo("files");
    assertThat(service(run.get("/shop?l%61ng=ko"))).isEqualTo("files");
    assertThat(service(run.get("/shop?lang=ko", "X-Env", "canary"))).isEqualTo("canary");
    assertThat(ofHost("eu.shop.example", "")).contains("\"service\":\"api\"");
    assertThat(ofHost("EU.Shop.Example:443", "")).contains("\"service\":\"api\"");
    assertThat(ofHost("shop.example", "")).contains("\"service\":\"orders\"");
    assertThat(ofHost("h", "X-Forwarded-Host: eu.shop.example\r\n"))
        .contains("\"service\":\"orders\"");
    assertThat(run.get("/shop").headers().allValues("Vary")).contains("x-env");
  }

  private String ofHost(String host, String field) throws IOException {
    return run.raw(
        ("GET /shop HTTP/1.1\r\nHost: " + host + "\r\n" + field + "Connection: close\r\n\r\n")
            .getBytes(ISO_8859_1));
  }

  @Test
  void aVariantIsReachedWithTheCredentialOfItsMatchAndByNoOtherRequest() throws Exception {
    assertThat(run.get("/only", "X-Beta", "1").statusCode()).isEqualTo(401);
    assertThat(authorized("/only", "user-1").statusCode()).isEqualTo(404);
    assertThat(authorized("/only", "user-1", "X-Beta", "1").statusCode()).isEqualTo(200);
    assertThat(run.requests("canary")).hasSize(1);
  }

  @Test
  void versionsGoByFieldAndMediaTypeAndTheOldOneSaysSo() throws Exception {
    HttpResponse<String> first = run.get("/reports");
    assertThat(service(first)).isEqualTo("orders");
    assertThat(first.headers().firstValue("Deprecation")).contains("@1780272000");
    assertThat(first.headers().firstValue("Sunset")).contains("Sat, 09 Jan 2027 00:00:00 GMT");
    assertThat(first.headers().firstValue("Link"))
        .contains("</reports>; rel=\"successor-version\"");
    assertThat(first.headers().allValues("Vary")).contains("accept, accept-version");
    for (String[] asked :
        List.of(
            new String[] {"Accept-Version", "2"},
            new String[] {"Accept", "application/vnd.shop.v2+json"},
            new String[] {"Accept", "application/json; version=2"})) {
      HttpResponse<String> second = run.get("/reports", asked);
      assertThat(service(second)).isEqualTo("canary");
      assertThat(second.headers().firstValue("Deprecation")).isEmpty();
    }
    assertThat(service(run.get("/reports", "Accept-Version", "3"))).isEqualTo("api");
    assertThat(run.get("/reports", "Accept-Version", "3").headers().firstValue("X-Cache"))
        .contains("hit");
  }

  @Test
  void aVersionThatIsNotThereIsRefusedWithThoseThatAre() throws Exception {
    HttpResponse<String> unknown = run.get("/reports", "Accept-Version", "9");
    assertThat(unknown.statusCode()).isEqualTo(406);
    JsonNode problem = JSON.readTree(unknown.body());
    assertThat(problem.path("code").asText()).isEqualTo("NOT_ACCEPTABLE");
    assertThat(problem.path("versions")).hasToString("[\"1\",\"2\",\"3\"]");
    assertThat(unknown.headers().allValues("Vary")).contains("accept, accept-version");
    assertThat(run.get("/reports", "Accept-Version", "latest").statusCode()).isEqualTo(400);
    assertThat(
            run.get("/reports", "Accept-Version", "1", "Accept", "application/vnd.x.v2+json")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void aCallerStaysWithItsSideOfASplitAndTheCacheKeepsTheSidesApart() throws Exception {
    Map<String, String> sides = new LinkedHashMap<>();
    for (String user : tokens.keySet()) {
      sides.put(user, service(authorized("/cart", user)));
    }
    assertThat(sides.values()).contains("orders", "canary");
    for (String user : tokens.keySet()) {
      assertThat(service(authorized("/cart", user))).isEqualTo(sides.get(user));
      HttpResponse<String> cached = authorized("/cart/cached", user);
      assertThat(service(cached)).isEqualTo(sides.get(user));
    }
    assertThat(run.get("/_local/logs?function=Proxy").body())
        .contains("\"upstream\":\"canary\"", "\"upstream\":\"orders\"");
    String anyone = service(run.get("/anyone"));
    for (int i = 0; i < 5; i++) {
      assertThat(service(run.get("/anyone"))).isEqualTo(anyone);
      assertThat(service(run.get("/none"))).isEqualTo("orders");
    }
  }

  @Test
  void theCircuitIsTheChosenServices() throws Exception {
    Map<String, String> sides = new LinkedHashMap<>();
    for (String user : tokens.keySet()) {
      sides.put(service(authorized("/cart", user)), user);
    }
    String canary = Objects.requireNonNull(sides.get("canary"));
    String orders = Objects.requireNonNull(sides.get("orders"));
    run.control("PUT", "upstreams/canary/behaviour", "{\"status\":500}");
    try {
      for (int i = 0; i < 2; i++) {
        assertThat(authorized("/cart", canary).statusCode()).isEqualTo(500);
      }
      assertThat(authorized("/cart", canary).statusCode()).isEqualTo(503);
      assertThat(authorized("/cart", orders).statusCode()).isEqualTo(200);
    } finally {
      run.control("DELETE", "upstreams/canary/behaviour", "");
      run.control("PUT", "redis", "{\"state\":\"flush\"}");
    }
  }

  @Test
  void redirectsLeadWhereTheFileSays() throws Exception {
    HttpResponse<String> old = run.get("/old/a%20b/c?x=1&y=%22");
    assertThat(old.statusCode()).isEqualTo(308);
    assertThat(old.headers().firstValue("Location")).contains("/files/new/a%20b/c?x=1&y=%22");
    HttpResponse<String> moved = run.send(run.request("POST", "/moved?next=//evil", "body"));
    assertThat(moved.statusCode()).isEqualTo(301);
    assertThat(moved.headers().firstValue("Location")).contains("https://www.example.org/here");
    assertThat(run.get("/mine").statusCode()).isEqualTo(401);
    assertThat(authorized("/mine", "user-1").headers().firstValue("Location"))
        .contains("/files/mine");
    for (String service : SERVICES) {
      assertThat(run.requests(service)).isEmpty();
    }
  }

  private HttpResponse<String> authorized(String path, String user, String... fields)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(fields));
    all.addAll(List.of("Authorization", tokens.get(user)));
    return run.get(path, all.toArray(String[]::new));
  }

  private static String service(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("service").asText();
  }
}
