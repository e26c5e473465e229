package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Anonymous;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Headers;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
  private static final String GOOD = World.good();

  private final Authenticator authenticator = new World().authenticator();

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR "})
  void theSchemeComparesWithoutCase(String scheme) {
    assertThat(decide("Authorization", scheme + GOOD)).isInstanceOf(Allowed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "authorization", "AUTHORIZATION"})
  void theFieldsNameComparesWithoutCase(String name) {
    assertThat(decide(name, "Bearer " + GOOD)).isInstanceOf(Allowed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "Bearer%s",
        "Bearer  %s",
        "Bearer\t%s",
        "Bearer \t%s",
        " Bearer %s",
        "Bearer %s ",
        "Bearer %s\t",
        "Bearer %s,",
        "Bearer %s, Bearer %s",
        "Bearer %s,%s",
        "Bearer %s; x=y",
        "Bearer \"%s\"",
        "Bearer token=%s",
        "Bearer=%s",
        "Bearer: %s",
        "Bearer Bearer %s",
        "Basic %s",
        "Token %s",
        "JWT %s",
        "DPoP %s",
        "Digest username=\"x\", Bearer %s",
        "Basic eDp5, Bearer %s",
        "Bearer ",
        "Bearer",
        "\u00a0Bearer %s",
        "Bearer\u00a0%s",
        "B\u0435arer %s",
        "Bearer %s\u0000",
        "Bearer %s\r\nX-API-Key: x"
      })
  void anotherFormIsRefused(String form) {
    assertThat(decide("Authorization", form.replace("%s", GOOD)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_TOKEN_FORMAT);
              assertThat(refused.reason()).doesNotContain(GOOD.substring(0, 20));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void anEmptyFieldIsNoInvitation(String value) {
    assertThat(decide("Authorization", value))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MISSING_AUTHORIZATION));
  }

  @Test
  void twoFieldsAreRefusedWhateverTheyHold() {
    for (String second : new String[] {"Bearer " + GOOD, "", "Basic eDp5"}) {
      assertThat(decide("Authorization", "Bearer " + GOOD, "authorization", second))
          .isInstanceOf(Refused.class);
      assertThat(decide("Authorization", second, "AUTHORIZATION", "Bearer " + GOOD))
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void noCredentialIsAnonymous() {
    assertThat(decide("Cookie", "token=" + GOOD, "X-Authorization", "Bearer " + GOOD))
        .isInstanceOf(Anonymous.class);
  }

  @Test
  void anApiKeyIsNotAnonymous() {
    assertThat(decide("x-api-key", ""))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_API_KEY));
  }

  @Test
  void twoCredentialsAreRefused() {
    assertThat(decide("Authorization", "Bearer " + GOOD, "X-Api-Key", "gk_1_x"))
        .isInstanceOf(Refused.class);
  }

  @Test
  void withoutApiKeysTheirHeaderIsLikeAnyOther() {
    Authenticator tokensOnly =
        new Authenticator(new World().verifier, Optional.empty(), FailedLogins.UNLIMITED);
    Headers headers = Headers.of("Authorization", "Bearer " + GOOD, "X-API-Key", "x");
    assertThat(tokensOnly.decide(headers, World.ADDRESS)).isInstanceOf(Allowed.class);
    assertThat(tokensOnly.decide(Headers.of("X-API-Key", "x"), World.ADDRESS))
        .isInstanceOf(Anonymous.class);
  }

  @Test
  void anApiKeyMakesItsOwnerKnown() {
    World world = new World();
    ApiKeyText key = world.issuedKey();
    assertThat(world.authenticator().decide(Headers.of("x-api-key", key.text()), World.ADDRESS))
        .isInstanceOfSatisfying(
            Allowed.class,
            allowed -> assertThat(allowed.principal().subject()).isEqualTo("orders"));
  }

  @Test
  void twoApiKeysAreRefusedWithoutBeingKept() {
    World world = new World();
    String key = world.issuedKey().text();
    assertThat(
            world
                .authenticator()
                .decide(Headers.of("X-API-Key", key, "x-api-key", key), World.ADDRESS))
        .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.lasting()).isFalse());
  }

  /** What each address has spent, of two. */
  private static final class Failures implements FailedLogins {
    private final Map<String, Integer> spent = new HashMap<>();

    @Override
    public boolean exhausted(String address) {
      return spent.getOrDefault(address, 0) >= 2;
    }

    @Override
    public void count(String address) {
      spent.merge(address, 1, Integer::sum);
    }
  }

  @Test
  void anAddressWithTooManyFailuresIsRefusedBeforeItsCredentialIsLookedAt() {
    World world = new World();
    Failures failures = new Failures();
    Authenticator limited = world.authenticator(failures);
    String good = world.issuedKey().text();
    String wrong = good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0");
    for (int i = 0; i < 2; i++) {
      assertThat(limited.decide(Headers.of("X-API-Key", wrong), World.ADDRESS))
          .isInstanceOf(Refused.class);
    }
    int reads = world.keys.reads();
    for (Headers headers :
        List.of(
            Headers.of("X-API-Key", good),
            Headers.of("X-API-Key", wrong),
            Headers.of("Authorization", "Bearer " + GOOD))) {
      assertThat(limited.decide(headers, World.ADDRESS))
          .isEqualTo(
              Refused.forNow(
                  ErrorCode.RATE_LIMITED,
                  "too many failed logins of this address (expected: fewer)"));
    }
    assertThat(world.keys.reads()).isEqualTo(reads);
    assertThat(failures.spent).containsOnly(Map.entry(World.ADDRESS, 2));
    assertThat(limited.decide(Headers.EMPTY, World.ADDRESS)).isInstanceOf(Anonymous.class);
    assertThat(limited.decide(Headers.of("X-API-Key", good), "192.0.2.9"))
        .isInstanceOf(Allowed.class);
  }

  @Test
  void onlyWhatMayHaveBeenGuessedCounts() {
    World world = new World();
    Failures failures = new Failures();
    Authenticator limited = world.authenticator(failures);
    String expired =
        Tokens.sign(
            "RS256",
            World.rsaHeader().json(),
            Members.claims().with("exp", "1000000000").without("iat").json(),
            World.RSA);
    world.keys.away(true);
    for (Headers headers :
        List.of(
            Headers.of("Authorization", "Bearer " + GOOD),
            Headers.of("Authorization", "Bearer " + expired),
            Headers.of("Authorization", ""),
            Headers.of("X-API-Key", World.PEPPER.mint(new SecureRandom()).text()))) {
      limited.decide(headers, World.ADDRESS);
    }
    assertThat(failures.spent).isEmpty();
    String forged = GOOD.substring(0, GOOD.lastIndexOf('.') + 1) + "AAAA";
    String nameless =
        Tokens.sign(
            "HS256",
            "{\"alg\":\"HS256\"}",
            Members.claims().with("iss", Members.quoted(World.SECRET)).json(),
            Tokens.secret("hs-1", 64));
    limited.decide(Headers.of("Authorization", "Bearer " + forged), "192.0.2.3");
    limited.decide(Headers.of("Authorization", "Bearer " + nameless), "192.0.2.4");
    limited.decide(Headers.of("Authorization", "Basic eDp5"), "192.0.2.5");
    limited.decide(Headers.of("X-API-Key", "x"), "192.0.2.6");
    assertThat(failures.spent).containsOnlyKeys("192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6");
  }

  private Outcome decide(String... headers) {
    return authenticator.decide(Headers.of(headers), World.ADDRESS);
  }
}
