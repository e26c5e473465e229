package dev.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Cors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CorsPolicyTest {
  private static final String APP = "https://app.example.com";

  private final CorsPolicy policy = policy(true, APP);

  @Test
  void anAllowedOriginMayReadTheAnswer() {
    Headers headers = applied(policy, from(APP), Headers.EMPTY);
    assertThat(headers.first("Access-Control-Allow-Origin")).contains(APP);
    assertThat(headers.first("Access-Control-Allow-Credentials")).contains("true");
    assertThat(headers.first("Access-Control-Expose-Headers").orElse(""))
        .contains("RateLimit", "X-Request-ID");
    assertThat(headers.all("Vary")).containsExactly("Origin");
  }

  @Test
  void anotherOriginGetsNoFieldAtAll() {
    for (String origin : List.of("https://evil.example", APP + ".evil.example", "null", "*")) {
      Headers headers = applied(policy, from(origin), Headers.EMPTY);
      assertThat(headers.fields()).noneMatch(field -> field.name().startsWith("Access-Control"));
      assertThat(headers.all("Vary")).containsExactly("Origin");
    }
  }

  @Test
  void varyIsAddedOnce() {
    assertThat(applied(policy, from(APP), Headers.of("Vary", "Accept, origin")).all("Vary"))
        .containsExactly("Accept, origin");
    assertThat(applied(policy, from(APP), Headers.of("Vary", "Accept")).all("Vary"))
        .containsExactly("Accept", "Origin");
  }

  @Test
  void aWildcardNeverNamesTheOrigin() {
    Headers headers = applied(policy(false, "*"), from(APP), Headers.EMPTY);
    assertThat(headers.first("Access-Control-Allow-Origin")).contains("*");
    assertThat(headers.has("Access-Control-Allow-Credentials")).isFalse();
  }

  @Test
  void aPreflightNamesMethodsFieldsAndAge() {
    GatewayRequest request =
        request(Headers.of("Origin", APP, "Access-Control-Request-Headers", "authorization"));
    GatewayResponse answer = policy.preflight(request, List.of("GET", "POST"));
    assertThat(answer.status()).isEqualTo(204);
    Headers headers = applied(policy, request, answer.headers());
    assertThat(headers.first("Access-Control-Allow-Origin")).contains(APP);
    assertThat(headers.first("Access-Control-Allow-Methods")).contains("GET, POST");
    assertThat(headers.first("Access-Control-Allow-Headers")).contains("authorization");
    assertThat(headers.first("Access-Control-Max-Age")).contains("600");
  }

  @Test
  void aPreflightOfAnotherOriginIsToldNothing() {
    GatewayRequest request = from("https://evil.example");
    Headers preflight = policy.preflight(request, List.of("GET")).headers();
    assertThat(applied(policy, request, preflight).fields())
        .noneMatch(field -> field.name().startsWith("Access-Control"));
  }

  private static Headers applied(CorsPolicy policy, GatewayRequest request, Headers headers) {
    Headers.Builder builder = headers.toBuilder();
    policy.allow(request, builder);
    return builder.build();
  }

  private static CorsPolicy policy(boolean credentials, String... origins) {
    return new CorsPolicy(
        Optional.of(
            new Cors(List.of(origins), List.of(), List.of(), credentials, Duration.ofMinutes(10))));
  }

  private static GatewayRequest from(String origin) {
    return request(Headers.of("Origin", origin));
  }

  private static GatewayRequest request(Headers headers) {
    return new GatewayRequest(
        "GET", "/a", Query.EMPTY, headers, new byte[0], Map.of(), "192.0.2.1", "id", "api");
  }
}
