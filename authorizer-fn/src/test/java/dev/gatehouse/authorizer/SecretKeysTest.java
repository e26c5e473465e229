package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.IssuerKeys.Lookup;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SecretKeysTest {
  private final ManualClock clock = new ManualClock();
  private Optional<String> text = Optional.of("a secret of at least 32 characters");
  private final AtomicInteger reads = new AtomicInteger();
  private final SecretKeys keys =
      new SecretKeys(
          "legacy",
          () -> {
            reads.incrementAndGet();
            return text;
          },
          clock);

  @Test
  void aTextIsTheSecretItself() {
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void anAlgorithmNeedsALongEnoughSecret() {
    assertThat(find("HS512", Optional.empty())).isInstanceOf(Lookup.Missing.class);
    text = Optional.of("x".repeat(64));
    assertThat(find("HS512", Optional.empty())).isInstanceOf(Lookup.Found.class);
    text = Optional.of("x".repeat(31));
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void aSecretIsNeverForSignaturesOfPublicKeys() {
    text = Optional.of("x".repeat(64));
    for (String alg : World.PUBLIC_ALGORITHMS) {
      assertThat(find(alg, Optional.empty())).isInstanceOf(Lookup.Missing.class);
    }
  }

  @Test
  void aKeySetAllowsRotation() {
    String first = Tokens.secret("first", 32).toJSONString();
    String second = Tokens.secret("second", 32).toJSONString();
    text = Optional.of("{\"keys\":[" + first + "," + second + "]}");
    assertThat(find("HS256", Optional.of("first"))).isInstanceOf(Lookup.Found.class);
    assertThat(find("HS256", Optional.of("second"))).isInstanceOf(Lookup.Found.class);
    assertThat(find("HS256", Optional.of("third"))).isInstanceOf(Lookup.Missing.class);
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void aRotatedSecretIsUsedAtOnce() {
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Found.class);
    text = Optional.of("short");
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void anUnreadableSecretIsNotAskedForByEveryRequest() {
    text = Optional.empty();
    for (int i = 0; i < 1000; i++) {
      assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Missing.class);
    }
    assertThat(reads).hasValue(1);
    text = Optional.of("a secret of at least 32 characters");
    clock.advance(SecretKeys.SILENCE);
    assertThat(find("HS256", Optional.empty())).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void aMissSaysNothingOfTheSecret() {
    text = Optional.of("hunter2");
    assertThat(((Lookup.Missing) find("HS256", Optional.empty())).reason())
        .doesNotContain("hunter2");
  }

  private Lookup find(String alg, Optional<String> keyId) {
    return keys.find(new JoseHeader(alg, keyId));
  }
}
