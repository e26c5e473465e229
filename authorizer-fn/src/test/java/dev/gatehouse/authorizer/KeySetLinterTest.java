package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Linted.Unusable;
import dev.gatehouse.authorizer.KeySetLinter.Linted.Usable;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetLinterTest {
  private static final String GOOD = member(World.P256);

  @Test
  void everyTypeOfKeyIsUsableForItsAlgorithms() {
    assertThat(algorithms(member(World.RSA)))
        .containsExactlyInAnyOrder("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
    assertThat(algorithms(member(World.P256))).containsExactly("ES256");
    assertThat(algorithms(member(World.P384))).containsExactly("ES384");
    assertThat(algorithms(member(World.P521))).containsExactly("ES512");
    assertThat(algorithms(member(World.ED))).containsExactlyInAnyOrder("EdDSA", "Ed25519");
  }

  @Test
  void aKeyWithAnAlgorithmIsForThatOneAlone() {
    assertThat(algorithms(with(World.RSA, "\"alg\":\"PS256\""))).containsExactly("PS256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"use\":\"sig\"",
        "\"key_ops\":[\"verify\"]",
        "\"key_ops\":[\"sign\",\"verify\"]",
        "\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"ES256\"",
        "\"future\":{\"member\":null}"
      })
  void aKeyForSignaturesIsUsable(String members) {
    assertThat(algorithms(with(World.P256, members))).containsExactly("ES256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"use\":\"enc\"",
        "\"use\":\"SIG\"",
        "\"use\":null",
        "\"use\":[\"sig\"]",
        "\"key_ops\":[\"encrypt\"]",
        "\"key_ops\":[]",
        "\"key_ops\":\"verify\"",
        "\"use\":\"sig\",\"key_ops\":[\"sign\"]",
        "\"alg\":\"ES384\"",
        "\"alg\":\"RS256\"",
        "\"alg\":\"es256\"",
        "\"alg\":1",
        "\"x5c\":[\"AAAA\"]",
        "\"x5c\":\"AAAA\""
      })
  void aKeyForSomethingElseOrAtOddsWithItselfIsLeftOut(String members) {
    String other = with(World.P256, members);
    assertThat(lint(Visibility.PUBLIC, other)).isInstanceOf(Unusable.class);
    assertThat(usable(member(World.RSA), other).keys().keys()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"x\",\"x\":\"AQ\",\"y\":\"AQ\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"x\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-999\",\"kid\":\"x\",\"x\":\"AQ\",\"y\":\"AQ\"}",
        "{\"kty\":\"RSA\",\"kid\":\"x\",\"n\":\"AQ\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"kid\":\"x\",\"n\":\"\",\"e\":\"\"}",
        "{\"kty\":\"RSA\",\"kid\":\"x\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"x\",\"x\":\"AQ\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"x\","
            + "\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"x\",\"x\":\"AQ\"}",
        "{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AQ\",\"kid\":\"x\"}",
        "{\"kty\":1,\"kid\":\"x\"}",
        "{\"kid\":\"x\"}",
        "{}"
      })
  void aMalformedOrUnknownKeyIsLeftOut(String key) {
    assertThat(lint(Visibility.PUBLIC, key)).isInstanceOf(Unusable.class);
    assertThat(usable(GOOD, key).keys().keys()).hasSize(1);
  }

  @Test
  void weakRsaKeysAreLeftOut() {
    assertThat(lint(Visibility.PUBLIC, member(Tokens.rsa("x", 1024)))).isInstanceOf(Unusable.class);
    BigInteger modulus = World.RSA.getModulus().decodeToBigInteger();
    assertThat(algorithms(rsa(modulus, 65_537))).isNotEmpty();
    assertThat(algorithms(rsa(modulus, 3))).isNotEmpty();
    assertThat(lint(Visibility.PUBLIC, rsa(modulus, 1))).isInstanceOf(Unusable.class);
    assertThat(lint(Visibility.PUBLIC, rsa(modulus, 65_536))).isInstanceOf(Unusable.class);
    assertThat(lint(Visibility.PUBLIC, rsa(modulus.clearBit(0), 65_537)))
        .isInstanceOf(Unusable.class);
    assertThat(lint(Visibility.PUBLIC, rsa(modulus.setBit(9000), 65_537)))
        .isInstanceOf(Unusable.class);
  }

  @Test
  void anIdThatTwoKeysHaveIsNobodys() {
    String again = member(Tokens.ec("ec-1", Curve.P_256));
    Usable twice = usable(GOOD, again, member(World.RSA));
    assertThat(twice.faults()).hasSize(1).first().asString().contains("ec-1");
    assertThat(twice.keys().select(new JoseHeader("ES256", Optional.of("ec-1"))))
        .isInstanceOf(KeySet.Selection.Unknown.class);
    Usable thrice = usable(GOOD, again, GOOD, member(World.RSA));
    assertThat(thrice.keys().keys()).hasSize(1);
  }

  @Test
  void aSecretOrPrivateKeyAmongPublicOnesRefusesTheSet() {
    String secret = Tokens.secret("hs", 64).toJSONString();
    assertThat(lint(Visibility.PUBLIC, GOOD, secret)).isInstanceOf(Unusable.class);
    for (JWK key : List.of(World.RSA, World.P384, World.ED)) {
      assertThat(lint(Visibility.PUBLIC, GOOD, key.toJSONString())).isInstanceOf(Unusable.class);
    }
    assertThat(lint(Visibility.PUBLIC, GOOD, with(World.P384, "\"k\":\"AAAA\"")))
        .isInstanceOf(Unusable.class);
    assertThat(lint(Visibility.PUBLIC, GOOD, with(World.P384, "\"d\":null")))
        .isInstanceOf(Unusable.class);
  }

  @Test
  void aPublicKeyAmongSecretOnesRefusesTheSet() {
    String secret = Tokens.secret("hs", 64).toJSONString();
    assertThat(lint(Visibility.SECRET, secret)).isInstanceOf(Usable.class);
    assertThat(lint(Visibility.SECRET, secret, GOOD)).isInstanceOf(Unusable.class);
  }

  @Test
  void aSecretIsForTheAlgorithmsThatItIsLongEnoughFor() {
    assertThat(secretAlgorithms(31)).isEmpty();
    assertThat(secretAlgorithms(32)).containsExactlyInAnyOrder("HS256");
    assertThat(secretAlgorithms(47)).containsExactlyInAnyOrder("HS256");
    assertThat(secretAlgorithms(48)).containsExactlyInAnyOrder("HS256", "HS384");
    assertThat(secretAlgorithms(64)).containsExactlyInAnyOrder("HS256", "HS384", "HS512");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{\"keys\":[]}",
        "{\"keys\":[null]}",
        "{\"keys\":[[]]}",
        "{\"keys\":[],\"keys\":[]}",
        "<html></html>",
        "{\"keys\":[]} x"
      })
  void whatIsNoKeySetIsRefused(String json) {
    assertThat(KeySetLinter.lint(json, Visibility.PUBLIC)).isInstanceOf(Unusable.class);
  }

  @Test
  void aSetHasAtMostAHundredKeys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add(GOOD.replace("ec-1", "ec-" + i + "-of-100"));
    }
    assertThat(usable(keys.toArray(String[]::new)).keys().keys()).hasSize(100);
    keys.add(GOOD);
    assertThat(lint(Visibility.PUBLIC, keys.toArray(String[]::new))).isInstanceOf(Unusable.class);
  }

  @Test
  void aKeyWithoutIdIsFoundOnlyAlone() {
    String nameless = GOOD.replace("\"kid\":\"ec-1\",", "");
    JoseHeader unnamed = new JoseHeader("ES256", Optional.empty());
    JoseHeader named = new JoseHeader("ES256", Optional.of("ec-1"));
    KeySet alone = usable(nameless).keys();
    assertThat(alone.select(unnamed)).isInstanceOf(KeySet.Selection.Found.class);
    assertThat(alone.select(named)).isInstanceOf(KeySet.Selection.Unknown.class);
    KeySet two = usable(nameless, member(World.RSA)).keys();
    assertThat(two.select(unnamed)).isInstanceOf(KeySet.Selection.Unsuitable.class);
  }

  @Test
  void ed25519KeysAreThoseOfRfc8037() {
    // RFC 8037 appendix A.2 and A.4
    OctetKeyPair key =
        new OctetKeyPair.Builder(
                Curve.Ed25519, new Base64URL("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
            .build();
    String token =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    CompactJws jws = ((Checked.Passed<CompactJws>) CompactJws.parse(token)).value();
    VerificationKey only = usable(member(key)).keys().keys().getFirst();
    assertThat(only.verifies(jws)).isTrue();
    VerificationKey other = usable(member(World.ED)).keys().keys().getFirst();
    assertThat(other.verifies(jws)).isFalse();
  }

  private static Set<String> algorithms(String key) {
    return usable(key).keys().keys().getFirst().algorithms();
  }

  private static Set<String> secretAlgorithms(int octets) {
    return switch (lint(Visibility.SECRET, Tokens.secret("hs", octets).toJSONString())) {
      case Usable(KeySet keys, _) -> keys.keys().getFirst().algorithms();
      case Unusable(_) -> Set.of();
    };
  }

  private static Usable usable(String... keys) {
    Linted linted = lint(Visibility.PUBLIC, keys);
    assertThat(linted).isInstanceOf(Usable.class);
    return (Usable) linted;
  }

  private static Linted lint(Visibility visibility, String... keys) {
    return KeySetLinter.lint("{\"keys\":[" + String.join(",", keys) + "]}", visibility);
  }

  private static String rsa(BigInteger modulus, long exponent) {
    return "{\"kty\":\"RSA\",\"kid\":\"x\",\"n\":\""
        + Base64URL.encode(modulus)
        + "\",\"e\":\""
        + Base64URL.encode(BigInteger.valueOf(exponent))
        + "\"}";
  }

  private static String with(JWK key, String members) {
    return member(key).replaceFirst("\\{", "{" + members + ",");
  }

  private static String member(JWK key) {
    return key.toPublicJWK().toJSONString();
  }
}
