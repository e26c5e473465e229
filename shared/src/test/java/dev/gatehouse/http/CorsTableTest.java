package dev.gatehouse.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.json.Json;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may read what: rules by origins by kinds of answer, through the door that every function has
 * (https://fetch.spec.whatwg.org/#http-cors-protocol). Answers of API Gateway itself are in cdk's
 * {@code GatewayResponsesTest}.
 */
final class CorsTableTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String APP = "https://app.example.com";
  private static final String ABSENT = "(absent)";

  private static final Map<String, String> RULES =
      Map.of(
          "exact",
          "cors: {origins: [" + APP + ", http://localhost:3000]}",
          "credentials",
          "cors: {origins: [" + APP + ", http://localhost:3000], credentials: true, maxAge: 1h}",
          "any",
          "cors: {origins: ['*']}",
          "none",
          "");

  private static final List<String> STRANGERS =
      List.of(
          "https://evil.example",
          APP + ".evil.example",
          "https://evil.example/" + APP,
          "http://app.example.com",
          "https://APP.example.com",
          APP + ":443",
          APP + "/",
          APP + ", https://evil.example",
          "null",
          "*",
          "");

  static Stream<Arguments> table() {
    return Stream.of("exact", "credentials", "any", "none")
        .flatMap(
            rule ->
                Stream.concat(Stream.of(APP, "http://localhost:3000", ABSENT), STRANGERS.stream())
                    .flatMap(
                        origin ->
                            Stream.of("simple", "preflight", "refusal")
                                .map(kind -> Arguments.of(rule, origin, kind))));
  }

  @ParameterizedTest(name = "{0}: {1}: {2}")
  @MethodSource("table")
  void anOriginReadsWhatItMay(String rule, String origin, String kind) throws IOException {
    JsonNode fields = answer(rule, origin, kind);
    String allowed = allowed(rule, origin);
    if (allowed.isEmpty()) {
      assertThat(fields.fieldNames())
          .toIterable()
          .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    } else {
      assertThat(all(fields, "Access-Control-Allow-Origin")).containsExactly(allowed);
      assertThat(all(fields, "Access-Control-Allow-Credentials"))
          .isEqualTo(rule.equals("credentials") ? List.of("true") : List.of());
      assertThat(List.of(all(fields, "Access-Control-Expose-Headers").getFirst().split(", ", -1)))
          .contains("X-Request-ID", "RateLimit", "Retry-After", "X-Cache", "Age", "X-Fallback");
      assertThat(all(fields, "Access-Control-Max-Age"))
          .isEqualTo(
              !kind.equals("preflight")
                  ? List.of()
                  : List.of(rule.equals("credentials") ? "3600" : "600"));
      assertThat(all(fields, "Access-Control-Allow-Methods"))
          .isEqualTo(kind.equals("preflight") ? List.of("GET, POST") : List.of());
    }
    String vary = String.join(", ", all(fields, "Vary"));
    assertThat(List.of(vary.split(", *", -1)).contains("Origin")).isEqualTo(!rule.equals("none"));
    assertThat(all(fields, "X-Request-ID")).hasSize(1);
  }

  /** A browser refuses the two together, so no file may ask for them. */
  @Test
  void credentialsNeverGoWithAnyOrigin() {
    String yaml = yaml("cors: {origins: ['*'], credentials: true}");
    assertThat(new GatewayReader().read(yaml, Map.of())).isInstanceOf(Reading.Invalid.class);
  }

  private static String allowed(String rule, String origin) {
    if (rule.equals("none") || origin.equals(ABSENT)) {
      return "";
    }
    return rule.equals("any") ? "*" : STRANGERS.contains(origin) ? "" : origin;
  }

  private static JsonNode answer(String rule, String origin, String kind) throws IOException {
    Gateway gateway = gateway(RULES.getOrDefault(rule, ""));
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    FrontDoor door =
        new FrontDoor(gateway, cors, exchange -> own(kind, cors, exchange), new GatewayMetrics());
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    door.serve(
        new ByteArrayInputStream(event(origin, kind)),
        output,
        new Invocation(Duration.ofSeconds(5)));
    return JSON.readTree(output.toByteArray()).path("multiValueHeaders");
  }

  private static GatewayResponse own(String kind, CorsPolicy cors, Exchange exchange) {
    return switch (kind) {
      case "simple" -> GatewayResponse.json(200, "{}");
      case "preflight" -> cors.preflight(exchange.request(), List.of("GET", "POST"));
      default -> throw new GatewayException(ErrorCode.RATE_LIMITED, "Later.");
    };
  }

  private static byte[] event(String origin, String kind) {
    Map<String, Object> fields =
        origin.equals(ABSENT)
            ? Map.of()
            : Map.of("Origin", List.of(origin), "Access-Control-Request-Method", List.of("POST"));
    Map<String, Object> event =
        Map.of(
            "httpMethod",
            kind.equals("preflight") ? "OPTIONS" : "GET",
            "path",
            "/a",
            "multiValueHeaders",
            fields,
            "requestContext",
            Map.of("requestId", "r", "identity", Map.of("sourceIp", "192.0.2.1")));
    return Json.text(json -> Json.value(json, event)).getBytes(UTF_8);
  }

  private static List<String> all(JsonNode fields, String name) {
    return fields.path(name).valueStream().map(JsonNode::textValue).toList();
  }

  private static Gateway gateway(String cors) {
    return ((Reading.Valid) new GatewayReader().read(yaml(cors), Map.of())).gateway();
  }

  private static String yaml(String cors) {
    return "name: g\nservices: {s: {url: http://s}}\nroutes: [{match: GET /a, to: s, allow: public}]\n"
        + cors
        + "\n";
  }
}
