package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Issuer;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.StrictJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimMappingTest {
  private final ClaimMapping mapping = new ClaimMapping(Duration.ZERO);

  @Test
  void aNameDescendsAlongItsDots() {
    Principal principal =
        map(
            new Issuer.Claims("user.id", "a.b.c", "realm_access.roles", "x.scope", "tier"),
            "{\"user\":{\"id\":\"u-1\"},\"a\":{\"b\":{\"c\":\"m@x\"}},"
                + "\"realm_access\":{\"roles\":[\"r\"]},\"x\":{\"scope\":\"s t\"}}");
    assertThat(principal.subject()).isEqualTo("u-1");
    assertThat(principal.email()).contains("m@x");
    assertThat(principal.roles()).containsExactly("r");
    assertThat(principal.scopes()).containsExactly("s", "t");
  }

  @Test
  void aNameMayItselfHaveDots() {
    Principal principal =
        map(
            new Issuer.Claims("sub", "email", "https://example.com/roles", "scp.v1.x", "tier"),
            "{\"sub\":\"u\",\"https://example.com/roles\":[\"r\"],\"scp.v1\":{\"x\":\"s\"}}");
    assertThat(principal.roles()).containsExactly("r");
    assertThat(principal.scopes()).containsExactly("s");
  }

  @Test
  void aMissingUserIsRefused() {
    assertThat(
            mapping.map(
                claims("{\"sub\":\"u\"}"), issuer(new Issuer.Claims("uid", "e", "r", "s", "t"))))
        .isInstanceOf(Checked.Failed.class);
  }

  @Test
  void aDotThatLeadsNowhereIsNoClaim() {
    Principal principal =
        map(
            new Issuer.Claims("sub", "a.b", "c.", ".d", "e..f"),
            "{\"sub\":\"u\",\"a\":\"text\",\"c\":{},\"d\":{},\"e\":{\"\":{}}}");
    assertThat(principal.email()).isEmpty();
    assertThat(principal.roles()).isEmpty();
  }

  @Test
  void claimsThatLimitsCountByGoAlongAndNoOthers() {
    ClaimMapping counting = new ClaimMapping(Duration.ZERO, Set.of("tenant", "org.plan", "n", "b"));
    Issuer issuer = issuer(new Issuer.Claims("sub", "e", "r", "s", "t"));
    String json =
        "{\"sub\":\"u\",\"tenant\":\"acme\",\"org\":{\"plan\":7},\"b\":true,\"other\":\"x\"}";
    assertThat(counting.map(claims(json), issuer))
        .isInstanceOfSatisfying(
            Checked.Passed.class,
            passed -> {
              Principal principal = (Principal) passed.value();
              assertThat(principal.claims())
                  .containsExactlyInAnyOrderEntriesOf(
                      Map.of("tenant", "acme", "org.plan", "7", "b", "true"));
              assertThat(Principal.fromContext(principal.toContext())).contains(principal);
            });
    String odd = "{\"sub\":\"u\",\"tenant\":" + "\"" + "x".repeat(257) + "\"}";
    assertThat(counting.map(claims(odd), issuer)).isInstanceOf(Checked.Failed.class);
    assertThat(counting.map(claims("{\"sub\":\"u\",\"n\":[1]}"), issuer))
        .isInstanceOf(Checked.Failed.class);
  }

  private Principal map(Issuer.Claims names, String json) {
    return switch (mapping.map(claims(json), issuer(names))) {
      case Checked.Passed<Principal>(Principal principal) -> principal;
      case Checked.Failed<Principal>(var refused) -> throw new AssertionError(refused.reason());
    };
  }

  private static java.util.Map<String, Object> claims(String json) {
    return ((StrictJson.Document) StrictJson.read(json.getBytes(StandardCharsets.UTF_8))).members();
  }

  private static Issuer issuer(Issuer.Claims names) {
    return new Issuer(
        "main",
        World.ISSUER,
        new Issuer.KeySource.Jwks(URI.create("https://idp.example/jwks.json")),
        List.of(),
        List.of("RS256"),
        names);
  }
}
