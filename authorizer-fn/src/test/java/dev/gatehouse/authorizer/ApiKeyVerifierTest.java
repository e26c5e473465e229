package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.http.ErrorCode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiKeyVerifierTest {
  private final World world = new World();
  private final ApiKeyVerifier verifier = world.keyVerifier();
  private final SecureRandom random = new SecureRandom();

  @Test
  void aGenuineKeyIsItsOwner() {
    ApiKeyText key = world.issuedKey();
    assertThat(verify(key.text()))
        .isInstanceOfSatisfying(
            Allowed.class,
            allowed -> {
              assertThat(allowed.keyId()).contains(key.id());
              assertThat(allowed.principal().kind()).isEqualTo(CredentialKind.API_KEY);
              assertThat(allowed.principal().subject()).isEqualTo("orders");
              assertThat(allowed.principal().issuer()).isEmpty();
              assertThat(allowed.principal().scopes()).containsExactly("orders:read");
              assertThat(allowed.principal().roles()).containsExactly("machine");
              assertThat(allowed.principal().tier()).contains("gold");
              assertThat(allowed.principal().credential()).contains(key.id());
            });
  }

  @Test
  void unknownIdsAndWrongSecretsAreAnsweredAlike() {
    ApiKeyText key = world.issuedKey();
    Refused unknown = refused(World.PEPPER.mint(random).text());
    Refused wrong = refused(withAnotherSecret(key));
    Refused malformed = refused("gk_x");
    for (Refused refused : List.of(unknown, wrong, malformed)) {
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_API_KEY);
      assertThat(refused.lasting()).isTrue();
      assertThat(refused.guess()).isTrue();
    }
    assertThat(AuthorizerCodec.deny(new ApiStage("a/live"), unknown.code()))
        .isEqualTo(AuthorizerCodec.deny(new ApiStage("a/live"), wrong.code()));
  }

  @Test
  void everyCharacterOfAKeyMatters() {
    String key = world.issuedKey().text();
    for (int i = 0; i < key.length(); i++) {
      String changed =
          key.substring(0, i) + (key.charAt(i) == 'x' ? 'y' : 'x') + key.substring(i + 1);
      assertThat(verify(changed)).as("character " + i).isInstanceOf(Refused.class);
    }
  }

  @Test
  void aKeysSecretIsNoOthers() {
    ApiKeyText one = world.issuedKey();
    ApiKeyText other = world.issuedKey();
    String mixed = one.text().substring(0, 24) + other.text().substring(24);
    assertThat(verify(mixed)).isInstanceOf(Refused.class);
  }

  @Test
  void aRevokedKeyIsRefusedWithinTenSecondsAndForGood() {
    ApiKeyText key = world.issuedKey();
    assertThat(verify(key.text())).isInstanceOf(Allowed.class);
    world.keys.revoke(key.id(), world.clock.instant());
    world.clock.advance(HeldApiKeys.AGE);
    assertThat(refused(key.text()).lasting()).isTrue();
    assertThat(refused(key.text()).guess()).isFalse();
  }

  @Test
  void aKeyEndsAtItsInstantAlsoWhileItIsHeld() {
    ApiKeyText text = world.issuedKey();
    ApiKey old = world.key(text);
    ApiKeyText next = World.PEPPER.mint(random);
    world.keys.replace(
        old,
        world.clock.instant().plusSeconds(5),
        old.successor(
            next.id(), World.PEPPER.digest(next), world.clock.instant(), Optional.empty()),
        world.clock.instant());
    assertThat(verify(text.text())).isInstanceOf(Allowed.class);
    assertThat(verify(next.text())).isInstanceOf(Allowed.class);
    world.clock.advance(Duration.ofSeconds(5));
    assertThat(verify(text.text())).isInstanceOf(Refused.class);
    assertThat(verify(next.text())).isInstanceOf(Allowed.class);
  }

  @Test
  void withoutTheTableOrThePepperNobodyComesInAndNothingIsKept() {
    ApiKeyText key = world.issuedKey();
    ApiKeyVerifier pepperless =
        new ApiKeyVerifier(Optional::empty, new HeldApiKeys(world.keys, world.clock), world.clock);
    assertThat(pepperless.verify(List.of(key.text())))
        .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.lasting()).isFalse());
    world.keys.away(true);
    Refused away = refused(key.text());
    assertThat(away.lasting()).isFalse();
    assertThat(away.guess()).isFalse();
    assertThat(away.code()).isEqualTo(ErrorCode.INVALID_API_KEY);
    world.keys.away(false);
    world.clock.advance(HeldApiKeys.SILENCE);
    assertThat(verify(key.text())).isInstanceOf(Allowed.class);
  }

  @Test
  void aDayOfUseIsWrittenOnce() {
    ApiKeyText key = world.issuedKey();
    for (int i = 0; i < 10; i++) {
      verify(key.text());
      world.clock.advance(HeldApiKeys.AGE);
    }
    assertThat(world.keys.writes()).isEqualTo(1);
    assertThat(ApiKeysContract.value(world.keys.find(key.id())).flatMap(ApiKey::lastUsed))
        .contains(LocalDate.parse("2026-11-22"));
    world.clock.advance(Duration.ofDays(1));
    verify(key.text());
    assertThat(world.keys.writes()).isEqualTo(2);
  }

  @Test
  void aWrongKeyIsNoUse() {
    ApiKeyText key = world.issuedKey();
    verify(withAnotherSecret(key));
    assertThat(world.keys.writes()).isZero();
  }

  @Test
  void aFloodOfMadeUpIdsIsAFewReadsAndLocksNoKeyOut() {
    ApiKeyText held = world.issuedKey();
    ApiKeyText late = world.issuedKey();
    verify(held.text());
    for (int i = 0; i < 10_000; i++) {
      ApiKeyText flood =
          ApiKeyText.of(
              Alphanumeric.random(random, ApiKeyText.ID_LENGTH),
              Alphanumeric.random(random, ApiKeyText.SECRET_LENGTH));
      assertThat(verify(flood.text())).isInstanceOf(Refused.class);
    }
    assertThat(world.keys.reads()).isLessThanOrEqualTo(1 + HeldApiKeys.BUDGET);
    assertThat(verify(held.text())).isInstanceOf(Allowed.class);
    assertThat(verify(late.text())).isInstanceOf(Allowed.class);
  }

  @Test
  void anUnknownIdIsReadOnceInTenSeconds() {
    String unknown = World.PEPPER.mint(random).text();
    for (int i = 0; i < 100; i++) {
      verify(unknown);
    }
    assertThat(world.keys.reads()).isEqualTo(1);
    world.clock.advance(HeldApiKeys.AGE);
    verify(unknown);
    assertThat(world.keys.reads()).isEqualTo(2);
  }

  @Test
  void twoKeysAreNone() {
    String key = world.issuedKey().text();
    assertThat(verifier.verify(List.of(key, key)))
        .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.lasting()).isFalse());
  }

  /**
   * The medians of an unknown id and of a wrong secret, both held; the bound is far above the noise
   * of a loaded machine and far below a digest left out (2 us of about 4).
   */
  @Test
  void anUnknownIdCostsWhatAWrongSecretCosts() {
    String wrong = withAnotherSecret(world.issuedKey());
    String unknown = World.PEPPER.mint(random).text();
    int rounds = 4_000;
    long[] ofWrong = new long[rounds];
    long[] ofUnknown = new long[rounds];
    for (int warmUp = 0; warmUp < 3; warmUp++) {
      for (int i = 0; i < rounds; i++) {
        ofWrong[i] = nanos(wrong);
        ofUnknown[i] = nanos(unknown);
      }
    }
    Arrays.sort(ofWrong);
    Arrays.sort(ofUnknown);
    double ratio = (double) ofUnknown[rounds / 2] / ofWrong[rounds / 2];
    assertThat(ratio).isBetween(0.75, 1.33);
  }

  private long nanos(String key) {
    long started = System.nanoTime();
    verify(key);
    return System.nanoTime() - started;
  }

  private Outcome verify(String key) {
    return verifier.verify(List.of(key));
  }

  private Refused refused(String key) {
    return (Refused) verify(key);
  }

  private static String withAnotherSecret(ApiKeyText key) {
    String text = key.text();
    return text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0");
  }
}
