package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.Headers;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/**
 * A hundred thousand inputs: a decision comes out every time, and the right one where one is known.
 */
class FuzzTest {
  private static final World WORLD = new World();
  private static final Authenticator AUTHENTICATOR = WORLD.authenticator();
  private static final String GOOD = World.good();

  /** What a token is made of, what it must not hold, and what readers trip over. */
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \t\r\n,;:\"{}[]\\%\u0000\u007f"
          + "\u00e9\u2028\ud83c\udf2e\ud800";

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void whateverStandsInAuthorizationIsRefused(@ForAll String value) {
    assertThat(AUTHENTICATOR.decide(Headers.of("Authorization", value), World.ADDRESS))
        .isInstanceOf(Refused.class);
    assertThat(AUTHENTICATOR.decide(Headers.of("Authorization", "Bearer " + value), World.ADDRESS))
        .isInstanceOf(Refused.class);
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void threePartsOfAnythingAreRefused(
      @ForAll("text") String header, @ForAll("text") String payload, @ForAll("text") String end) {
    assertThat(WORLD.verifier.verify(header + "." + payload + "." + end))
        .isInstanceOf(Refused.class);
  }

  @Property(tries = 40_000, shrinking = ShrinkingMode.OFF)
  void aTokenWithAnotherSpellingIsRefused(
      @ForAll @IntRange(max = 2000) int position,
      @ForAll("character") String character,
      @ForAll @IntRange(max = 3) int way) {
    int at = position % GOOD.length();
    String changed =
        switch (way) {
          case 0 -> GOOD.substring(0, at) + character + GOOD.substring(at + 1);
          case 1 -> GOOD.substring(0, at) + character + GOOD.substring(at);
          case 2 -> GOOD.substring(0, at) + GOOD.substring(at + 1);
          default -> GOOD.substring(0, at);
        };
    Outcome outcome = WORLD.verifier.verify(changed);
    assertThat(outcome instanceof Allowed).isEqualTo(changed.equals(GOOD));
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
  void genuinelySignedClaimsOfAnyFormAreDecided(
      @ForAll("claim") String name, @ForAll("json") String value, @ForAll("json") String header) {
    Members claims = Members.claims().with("iss", Members.quoted(World.SECRET)).with(name, value);
    Members protectedHeader = Members.header("HS256", "hs-1");
    String plain = Tokens.sign("HS256", protectedHeader.json(), claims.json(), World.SHARED);
    Outcome outcome = WORLD.verifier.verify(plain);
    if (outcome instanceof Allowed(var principal, _)) {
      assertThat(principal.subject()).isNotBlank().isEqualTo(principal.subject().strip());
      assertThat(principal.roles()).noneMatch(role -> role.contains(",") || role.isBlank());
      assertThat(principal.scopes()).noneMatch(scope -> scope.contains(" ") || scope.isBlank());
      assertThat(principal.expiresAt()).isPresent();
    }
    String odd =
        Tokens.sign(
            "HS256", protectedHeader.with("typ", header).json(), claims.json(), World.SHARED);
    assertThat(WORLD.verifier.verify(odd)).isInstanceOfAny(Allowed.class, Refused.class);
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
  void keySetsOfAnyFormAreLinted(
      @ForAll("jwkMember") String name,
      @ForAll("json") String value,
      @ForAll Visibility visibility) {
    String key = World.P256.toPublicJWK().toJSONString();
    String changed = key.replaceFirst("\\{", "{\"" + name + "\":" + value.replace("$", "") + ",");
    assertThat(KeySetLinter.lint("{\"keys\":[" + changed + "," + key + "]}", visibility))
        .isInstanceOf(Linted.class);
    assertThat(KeySetLinter.lint("{\"keys\":" + value + "}", visibility))
        .isInstanceOf(Linted.class);
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.strings().withChars(ALPHABET).ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> character() {
    return Arbitraries.strings().withChars(ALPHABET).ofLength(1);
  }

  @Provide
  Arbitrary<String> claim() {
    return Arbitraries.of(
        "exp", "nbf", "iat", "aud", "sub", "jti", "email", "roles", "scope", "tier", "x", "iss");
  }

  @Provide
  Arbitrary<String> jwkMember() {
    return Arbitraries.of(
        "kid",
        "use",
        "alg",
        "key_ops",
        "x5c",
        "x5t",
        "x5t#S256",
        "x5u",
        "d",
        "k",
        "n",
        "e",
        "oth",
        "exp",
        "nbf",
        "iat",
        "revoked",
        "future");
  }

  @Provide
  Arbitrary<String> json() {
    Arbitrary<String> scalar =
        Arbitraries.oneOf(
            Arbitraries.of("null", "true", "false", "\"\"", "-0", "0.0", "1e5", "-1e-9", "1E400"),
            Arbitraries.longs().map(Object::toString),
            Arbitraries.doubles().map(Object::toString),
            Arbitraries.bigIntegers().map(Object::toString),
            Arbitraries.of("alice", "gateway-api", "a b", "a,b", "JWT", "\\u0000", "\\ud800", "sig")
                .map(Members::quoted),
            Arbitraries.strings().alpha().numeric().ofMaxLength(300).map(Members::quoted));
    Arbitrary<String> list =
        scalar.list().ofMaxSize(3).map(elements -> "[" + String.join(",", elements) + "]");
    return Arbitraries.oneOf(
        scalar,
        scalar,
        list,
        Arbitraries.oneOf(scalar, list).map(value -> "{\"a\":" + value + "}"));
  }
}
