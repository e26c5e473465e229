package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTextTest {
  private static final String ID = "aB3dE6gH9jK2mN5pQ8sT";
  private static final String SECRET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";

  @Test
  void aKeyIsReadAsItIsWritten() {
    ApiKeyText key = ApiKeyText.of(ID, SECRET);
    assertThat(key.text()).isEqualTo("gk_" + ID + "_" + SECRET);
    assertThat(ApiKeyText.parse(key.text())).contains(key);
    assertThat(key.id()).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gk_",
        "gk__",
        "GK_%i_%s",
        "gk-%i-%s",
        "gk_%i_%s ",
        " gk_%i_%s",
        "gk_%i_%s=",
        "gk_%i_%s0",
        "gk_%i",
        "gk_%s_%i",
        "gk_%i_%s,gk_%i_%s",
        "Bearer gk_%i_%s",
        "gk_%i%s_"
      })
  void everyOtherSpellingIsNone(String form) {
    assertThat(ApiKeyText.parse(form.replace("%i", ID).replace("%s", SECRET))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_", "-", "+", "/", " ", "\u0000", "\u00e9", "\uff10", "\u0131"})
  void everyOtherCharacterIsNone(String other) {
    for (String text : new String[] {ID, SECRET}) {
      String changed = ApiKeyText.of(ID, SECRET).text().replace(text, text.substring(1) + other);
      assertThat(ApiKeyText.parse(changed)).isEmpty();
    }
  }

  @Test
  void aKeyIsNotShownByItsName() {
    assertThat(ApiKeyText.of(ID, SECRET).toString()).contains(ID).doesNotContain(SECRET);
  }

  @Test
  void mintedKeysAreAllDifferentAndSealed() {
    Pepper pepper = World.PEPPER;
    SecureRandom random = new SecureRandom();
    Set<String> ids = new HashSet<>();
    Set<String> digests = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ApiKeyText key = pepper.mint(random);
      assertThat(ApiKeyText.parse(key.text())).contains(key);
      assertThat(pepper.sealed(key.id())).isTrue();
      ids.add(key.id());
      digests.add(pepper.digest(key));
    }
    assertThat(ids).hasSize(1_000);
    assertThat(digests).hasSize(1_000).allMatch(digest -> digest.length() == 43);
  }

  @Test
  void anIdThatSomebodyMadeUpHasNoSeal() {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 1_000; i++) {
      assertThat(World.PEPPER.sealed(Alphanumeric.random(random, ApiKeyText.ID_LENGTH))).isFalse();
    }
  }

  @Test
  void anotherPepperKnowsNeitherDigestNorSeal() {
    Pepper other = Pepper.of("another".repeat(8)).orElseThrow();
    ApiKeyText key = World.PEPPER.mint(new SecureRandom());
    assertThat(other.digest(key)).isNotEqualTo(World.PEPPER.digest(key));
    assertThat(other.sealed(key.id())).isFalse();
  }

  @Test
  void aPepperThatIsTooShortIsNone() {
    assertThat(Pepper.of("p".repeat(31))).isEmpty();
    assertThat(Pepper.of("p".repeat(32))).isPresent();
  }
}
