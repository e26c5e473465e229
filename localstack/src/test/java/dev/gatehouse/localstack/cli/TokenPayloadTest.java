package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Issuer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenPayloadTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void aTokenSaysWhatTheGatewayExpects() throws Exception {
    JsonNode payload =
        read(
            new TokenPayload(
                "alice",
                Optional.of("a:read a:write"),
                List.of("admin", "user"),
                Map.of("tier", "gold", "age", "7", "flags", "[true]"),
                Duration.ofMinutes(10),
                Optional.empty()),
            Issuer.Claims.DEFAULTS);

    assertThat(payload.path("iss").asText()).isEqualTo("https://idp.example");
    assertThat(payload.path("aud").asText()).isEqualTo("api");
    assertThat(payload.path("sub").asText()).isEqualTo("alice");
    assertThat(payload.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
    assertThat(payload.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() + 600);
    assertThat(payload.path("scope").asText()).isEqualTo("a:read a:write");
    assertThat(payload.path("roles")).hasToString("[\"admin\",\"user\"]");
    assertThat(payload.path("tier")).hasToString("\"gold\"");
    assertThat(payload.path("age")).hasToString("7");
    assertThat(payload.path("flags")).hasToString("[true]");
  }

  @Test
  void claimsStandWhereTheIssuerPutsThem() throws Exception {
    JsonNode payload =
        read(
            new TokenPayload(
                "alice",
                Optional.of("a"),
                List.of("r"),
                Map.of(),
                Duration.ofSeconds(-5),
                Optional.of("other")),
            new Issuer.Claims("user.name", "email", "realm.access.roles", "scp", "tier"));

    assertThat(payload.path("sub").asText()).isEqualTo("alice");
    assertThat(payload.at("/user/name").asText()).isEqualTo("alice");
    assertThat(payload.at("/realm/access/roles/0").asText()).isEqualTo("r");
    assertThat(payload.path("scp").asText()).isEqualTo("a");
    assertThat(payload.path("aud").asText()).isEqualTo("other");
    assertThat(payload.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() - 5);
  }

  @Test
  void aLifetimeIsANumberAndAUnit() {
    assertThat(TokenPayload.lifetime("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(TokenPayload.lifetime("2h")).isEqualTo(Duration.ofHours(2));
    assertThat(TokenPayload.lifetime("-1m")).isEqualTo(Duration.ofMinutes(-1));
    assertThatThrownBy(() -> TokenPayload.lifetime("10"))
        .hasMessage("--ttl: 10 (expected: a time such as 10m)");
  }

  private static JsonNode read(TokenPayload payload, Issuer.Claims claims) throws IOException {
    Issuer issuer =
        new Issuer(
            "main",
            "https://idp.example",
            new Issuer.KeySource.Jwks(URI.create("https://idp.example/jwks.json")),
            List.of("api", "web"),
            List.of("RS256"),
            claims);
    return JSON.readTree(payload.bytes(issuer, NOW));
  }
}
