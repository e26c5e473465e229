package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.Headers;
import dev.gatehouse.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final AuthorizerRequest REQUEST =
      new AuthorizerRequest(
          new ApiStage("arn:aws:execute-api:eu-west-1:1:a/live"),
          "GET",
          "/x",
          Headers.of("Authorization", "Bearer secret-token"),
          "192.0.2.1",
          "r-1");

  private final World world = new World();

  @Test
  void anAllowedCallerIsNamedWithTheKeyThatProvedIt() {
    Members claims = Members.claims().with("jti", Members.quoted("t-1"));
    String token = Tokens.sign("RS256", World.rsaHeader().json(), claims.json(), World.RSA);
    assertThat(Audit.facts(REQUEST, world.verifier.verify(token)))
        .containsEntry("audit", true)
        .containsEntry("decision", "allow")
        .containsEntry("kind", "jwt")
        .containsEntry("issuer", World.ISSUER)
        .containsEntry("user_id", "alice")
        .containsEntry("credential", "t-1")
        .containsEntry("key_id", "rsa-1")
        .containsEntry("client_ip", "192.0.2.1")
        .containsEntry("request_id", "r-1")
        .containsEntry("http", Map.of("method", "GET", "route", "/x"));
  }

  @Test
  void aRefusalHasItsReason() {
    Members claims = Members.claims().with("exp", "1").without("iat");
    String token = Tokens.sign("RS256", World.rsaHeader().json(), claims.json(), World.RSA);
    assertThat(Audit.facts(REQUEST, world.verifier.verify(token)))
        .containsEntry("decision", "refuse")
        .containsEntry("code", "TOKEN_EXPIRED")
        .containsEntry("issuer", World.ISSUER)
        .containsEntry("key_id", "rsa-1")
        .hasEntrySatisfying("reason", reason -> assertThat(reason).asString().startsWith("exp "));
  }

  @Test
  void noLineHoldsACredential() {
    for (HostileTokens.Case hostile : HostileTokens.all()) {
      Map<String, Object> facts = Audit.facts(REQUEST, world.verifier.verify(hostile.token()));
      String line = Json.text(json -> Json.value(json, facts));
      assertThat(line).as(hostile.name()).doesNotContain("secret-token");
      for (String part : hostile.token().split("\\.", -1)) {
        if (part.length() > 20) {
          assertThat(line).as(hostile.name()).doesNotContain(part);
        }
      }
    }
  }

  @Test
  void nobodyIsAFactToo() {
    assertThat(Audit.facts(REQUEST, new Outcome.Anonymous()))
        .containsEntry("decision", "anonymous")
        .containsEntry("kind", "none");
  }
}
