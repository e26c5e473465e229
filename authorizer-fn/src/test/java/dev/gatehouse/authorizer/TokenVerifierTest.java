package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.Members.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.identity.Principal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private static final long NOW = ManualClock.START.getEpochSecond();

  private final World world = new World();

  /** A key, and the algorithms that it may sign with. */
  record Kind(JWK key, String issuer, List<String> algorithms) {
    @Override
    public String toString() {
      return key.getKeyID();
    }
  }

  static List<Kind> kinds() {
    return List.of(
        new Kind(
            World.RSA, World.ISSUER, List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
        new Kind(World.P256, World.ISSUER, List.of("ES256")),
        new Kind(World.P384, World.ISSUER, List.of("ES384")),
        new Kind(World.P521, World.ISSUER, List.of("ES512")),
        new Kind(World.ED, World.ISSUER, List.of("EdDSA")),
        new Kind(World.SHARED, World.SECRET, List.of("HS256", "HS384", "HS512")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyAlgorithmOfAKeyIsAccepted(Kind kind) {
    for (String alg : kind.algorithms()) {
      assertThat(world.verifier.verify(signed(kind, alg, alg)))
          .as(alg)
          .isInstanceOfSatisfying(
              Allowed.class,
              allowed -> {
                assertThat(allowed.keyId()).contains(kind.key().getKeyID());
                assertThat(allowed.principal().issuer()).isEqualTo(kind.issuer());
              });
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSignatureOfOneAlgorithmIsNoOtherAlgorithmsSignature(Kind kind) {
    for (String real : kind.algorithms()) {
      for (Kind other : kinds()) {
        for (String claimed : other.algorithms()) {
          if (!claimed.equals(real)) {
            assertThat(world.verifier.verify(signed(kind, real, claimed)))
                .as("%s called %s", real, claimed)
                .isInstanceOf(Refused.class);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aKeyIsNotFoundUnderAnotherKeysId(Kind kind) {
    for (Kind other : kinds()) {
      if (!other.key().getKeyID().equals(kind.key().getKeyID())) {
        String alg = kind.algorithms().getFirst();
        String header = Members.header(alg, other.key().getKeyID()).json();
        String claims = Members.claims().with("iss", quoted(kind.issuer())).json();
        assertThat(world.verifier.verify(Tokens.sign(alg, header, claims, kind.key())))
            .as("%s as %s", kind, other)
            .isInstanceOf(Refused.class);
      }
    }
  }

  private static String signed(Kind kind, String real, String claimed) {
    String header = Members.header(claimed, kind.key().getKeyID()).json();
    String claims = Members.claims().with("iss", quoted(kind.issuer())).json();
    return Tokens.sign(real, header, claims, kind.key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"JWT\"",
        "\"jwt\"",
        "\"at+jwt\"",
        "\"AT+JWT\"",
        "\"application/at+jwt\"",
        "\"application/jwt\""
      })
  void aTypeOfOursIsAccepted(String typ) {
    accepted(World.rsaHeader().with("typ", typ), Members.claims());
  }

  @Test
  void aHeaderMayLackTypeAndHaveUnknownParameters() {
    accepted(World.rsaHeader().without("typ").with("x5t", quoted("abc")), Members.claims());
  }

  @Test
  void spacesInJsonAreNoSecondSpelling() {
    String header = "\t{ \"alg\" : \"RS256\" ,\r\n \"kid\":\"rsa-1\" } ";
    String token = Tokens.sign("RS256", header, Members.claims().json(), World.RSA);
    assertThat(world.verifier.verify(token)).isInstanceOf(Allowed.class);
  }

  @Test
  void datesMayHaveFractionsAndExponents() {
    accepted(World.rsaHeader(), Members.claims().with("exp", (NOW + 600) + ".75"));
    accepted(
        World.rsaHeader(),
        Members.claims().with("exp", "17953416E2").with("nbf", "1.5").with("iat", NOW + ".9"));
  }

  @Test
  void clocksMayDifferByTheSkew() {
    accepted(World.rsaHeader(), Members.claims().with("exp", Long.toString(NOW - 59)));
    accepted(World.rsaHeader(), Members.claims().with("iat", Long.toString(NOW + 60)));
    accepted(World.rsaHeader(), Members.claims().with("nbf", Long.toString(NOW + 60)));
  }

  @Test
  void aTokenEndsWithTheSkewBehindItsExpiry() {
    String token = World.good();
    world.clock.advance(Duration.ofSeconds(659));
    assertThat(world.verifier.verify(token)).isInstanceOf(Allowed.class);
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(world.verifier.verify(token))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TOKEN_EXPIRED));
  }

  @Test
  void aLifetimeOfADayIsAccepted() {
    accepted(
        World.rsaHeader(),
        Members.claims().with("iat", Long.toString(NOW)).with("exp", Long.toString(NOW + 86_400)));
  }

  @Test
  void oneOfSeveralAudiencesIsEnough() {
    accepted(World.rsaHeader(), Members.claims().with("aud", "[\"x\",\"gateway-api\"]"));
  }

  @Test
  void claimsBecomeAPrincipal() {
    Members claims =
        Members.claims()
            .with("sub", quoted("alice \\ud83c\\udf2e"))
            .with("email", quoted("alice@example.com"))
            .with("roles", "[\"admin\",\"support agent\"]")
            .with("scope", quoted("reservations:read  reservations:write"))
            .with("tier", quoted("gold"))
            .with("jti", quoted("t-1"));
    assertThat(accepted(World.rsaHeader(), claims).principal())
        .isEqualTo(
            new Principal(
                CredentialKind.JWT,
                World.ISSUER,
                "alice \ud83c\udf2e",
                Optional.of("alice@example.com"),
                List.of("admin", "support agent"),
                List.of("reservations:read", "reservations:write"),
                Optional.of("gold"),
                Optional.of("t-1"),
                Optional.of(Instant.ofEpochSecond(NOW - 10)),
                Optional.of(Instant.ofEpochSecond(NOW + 600).plus(World.SKEW))));
  }

  @Test
  void aPrincipalSurvivesTheContext() {
    Members claims = Members.claims().with("roles", quoted("admin")).with("scope", "[\"a\",\"b\"]");
    Principal principal = accepted(World.rsaHeader(), claims).principal();
    assertThat(Principal.fromContext(principal.toContext())).contains(principal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"email", "roles", "scope", "tier"})
  void anEmptyFactIsNoFact(String name) {
    for (String raw : List.of("null", "\"\"")) {
      Principal principal =
          accepted(World.rsaHeader(), Members.claims().with(name, raw)).principal();
      assertThat(principal.toContext())
          .isEqualTo(accepted(World.rsaHeader(), Members.claims()).principal().toContext());
    }
  }

  @Test
  void anAlgorithmOfTheKeyThatTheIssuerDoesNotUseIsRefused() {
    // The name of RFC 9864 for what the issuer's list calls EdDSA.
    assertThat(
            world.verifier.verify(
                signed(new Kind(World.ED, World.ISSUER, List.of()), "EdDSA", "Ed25519")))
        .isInstanceOf(Refused.class);
    for (String alg : List.of("RS256", "RS384", "PS256")) {
      assertThat(
              rs256Only(Issuer.Claims.DEFAULTS)
                  .verify(signed(new Kind(World.RSA, World.ISSUER, List.of()), alg, alg)))
          .as(alg)
          .isInstanceOf(alg.equals("RS256") ? Allowed.class : Refused.class);
    }
  }

  @Test
  void aSubjectIsCheckedWhereAnotherClaimNamesTheUser() {
    Issuer.Claims names = new Issuer.Claims("uid", "email", "roles", "scope", "tier");
    Members claims = Members.claims().with("uid", quoted("u-1"));
    Map<Members, Class<?>> cases =
        Map.of(
            claims,
            Allowed.class,
            claims.without("sub"),
            Allowed.class,
            claims.with("sub", "null"),
            Refused.class,
            claims.with("sub", quoted("a\\r\\nb")),
            Refused.class,
            Members.claims(),
            Refused.class);
    cases.forEach(
        (members, expected) ->
            assertThat(
                    rs256Only(names)
                        .verify(
                            Tokens.sign(
                                "RS256", World.rsaHeader().json(), members.json(), World.RSA)))
                .as(members.json())
                .isInstanceOf(expected));
  }

  private TokenVerifier rs256Only(Issuer.Claims names) {
    Issuer issuer =
        new Issuer(
            "main",
            World.ISSUER,
            new Issuer.KeySource.Jwks(URI.create(World.ISSUER)),
            List.of(World.AUDIENCE),
            List.of("RS256"),
            names);
    KeySetSource source = () -> new KeySetSource.Answer.Fetched(Tokens.keySet(World.RSA));
    return new TokenVerifier(
        List.of(
            new TokenVerifier.Trusted(
                issuer,
                new JwksKeys("main", source, KeySetCopies.NONE, Duration.ofHours(1), world.clock))),
        new ClaimChecks(World.SKEW, Duration.ofHours(24), world.clock),
        new ClaimMapping(World.SKEW));
  }

  @Test
  void aRefusalNamesTheIssuerOnlyWhenItIsOurs() {
    Map<String, String> cases = Map.of(World.ISSUER, World.ISSUER, "https://evil.example", "");
    cases.forEach(
        (issuer, named) -> {
          Members claims = Members.claims().with("iss", quoted(issuer)).with("aud", "[]");
          String token = Tokens.sign("RS256", World.rsaHeader().json(), claims.json(), World.RSA);
          assertThat(world.verifier.verify(token))
              .isInstanceOfSatisfying(
                  Refused.class,
                  refused -> assertThat(refused.issuer().orElse("")).isEqualTo(named));
        });
  }

  private Allowed accepted(Members header, Members claims) {
    Outcome outcome =
        world.verifier.verify(Tokens.sign("RS256", header.json(), claims.json(), World.RSA));
    assertThat(outcome).isInstanceOf(Allowed.class);
    return (Allowed) outcome;
  }
}
