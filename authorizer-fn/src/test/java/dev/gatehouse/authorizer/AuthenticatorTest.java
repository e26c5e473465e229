package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Anonymous;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Headers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
  private static final String GOOD = World.good();

  private final Authenticator authenticator =
      new Authenticator(new World().verifier, Optional.of("X-API-Key"));

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
    Authenticator tokensOnly = new Authenticator(new World().verifier, Optional.empty());
    Headers headers = Headers.of("Authorization", "Bearer " + GOOD, "X-API-Key", "x");
    assertThat(tokensOnly.decide(headers)).isInstanceOf(Allowed.class);
    assertThat(tokensOnly.decide(Headers.of("X-API-Key", "x"))).isInstanceOf(Anonymous.class);
  }

  private Outcome decide(String... headers) {
    return authenticator.decide(Headers.of(headers));
  }
}
