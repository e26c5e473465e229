package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import dev.gatehouse.authorizer.Wycheproof.Vector;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.Vectors;
import dev.gatehouse.json.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Wycheproof's vectors, whose payloads are no claims, through everything up to the signature; and
 * every header of a valid vector over valid claims, through everything.
 */
class WycheproofTest {
  /** Vectors that contradict RFC 7515, RFC 7518 or each other. */
  private static final Set<Integer> CONTRADICTORY = Set.of(346, 347, 350, 351, 367, 370, 372, 373);

  @Test
  void signaturesAreDecidedAsTheVectorsSay() {
    decidedAsTheVectorsSay("json_web_signature_test.json", 393);
  }

  @Test
  void keysAreDecidedAsTheVectorsSay() {
    decidedAsTheVectorsSay("json_web_key_test.json", 26);
  }

  private static void decidedAsTheVectorsSay(String file, int expectedCount) {
    Optional<List<Vector>> all = Wycheproof.read(file);
    if (all.isEmpty()) {
      Vectors.skipped();
      return;
    }
    List<Vector> vectors =
        all.get().stream().filter(vector -> !CONTRADICTORY.contains(vector.id())).toList();
    assertThat(vectors).hasSize(expectedCount);
    assertThat(vectors).anyMatch(Vector::valid).anyMatch(Predicate.not(Vector::valid));
    assertThat(vectors.stream().filter(vector -> !vector.valid() && genuine(vector)))
        .as("false accepts")
        .isEmpty();
    assertThat(vectors.stream().filter(vector -> vector.valid() && !genuine(vector)))
        .as("false rejects")
        .isEmpty();
  }

  /** Spelling, header, key set, key and signature. */
  private static boolean genuine(Vector vector) {
    return CompactJws.parse(vector.token()) instanceof Checked.Passed<CompactJws>(CompactJws jws)
        && lint(vector) instanceof Linted.Usable(KeySet keys, _)
        && keys.select(jws.header()) instanceof KeySet.Selection.Found(VerificationKey key)
        && key.verifies(jws);
  }

  private static Linted lint(Vector vector) {
    Map<String, Object> given =
        vector.publicKey() == null ? vector.privateKey() : vector.publicKey();
    Object keys = given.containsKey("keys") ? given.get("keys") : List.of(given);
    String json = json(Map.of("keys", keys));
    return KeySetLinter.lint(
        json, vector.publicKey() == null ? Visibility.SECRET : Visibility.PUBLIC);
  }

  @Test
  void everyValidHeaderIsAcceptedOverValidClaims() throws ParseException {
    Optional<List<Vector>> all = Wycheproof.read("json_web_signature_test.json");
    if (all.isEmpty()) {
      Vectors.skipped();
      return;
    }
    List<String> refused = new ArrayList<>();
    int accepted = 0;
    for (Vector vector : all.get()) {
      if (vector.valid() && !CONTRADICTORY.contains(vector.id())) {
        Outcome outcome = overValidClaims(vector);
        if (outcome instanceof Outcome.Refused(_, String reason, _, _, _, _)) {
          refused.add(vector + ": " + reason);
        } else {
          accepted++;
        }
      }
    }
    assertThat(refused).isEmpty();
    assertThat(accepted).isGreaterThan(30);
  }

  private static Outcome overValidClaims(Vector vector) throws ParseException {
    ManualClock clock = new ManualClock();
    Checked.Passed<CompactJws> jws = (Checked.Passed<CompactJws>) CompactJws.parse(vector.token());
    String alg = jws.value().header().algorithm();
    byte[] header =
        new Base64URL(vector.token().substring(0, vector.token().indexOf('.'))).decode();
    byte[] claims = Members.claims().json().getBytes(StandardCharsets.UTF_8);
    Map<String, Object> signing = new LinkedHashMap<>(vector.privateKey());
    signing.remove("key_ops"); // malformed in one group's private half
    String token = Tokens.sign(alg, header, claims, JWK.parse(signing));
    Linted.Usable linted = (Linted.Usable) lint(vector);
    IssuerKeys keys =
        new IssuerKeys() {
          @Override
          public Lookup find(JoseHeader wanted) {
            return IssuerKeys.in(linted.keys(), wanted);
          }

          @Override
          public void load() {}
        };
    Issuer issuer =
        new Issuer(
            "main",
            World.ISSUER,
            new Issuer.KeySource.Jwks(URI.create(World.ISSUER)),
            List.of(World.AUDIENCE),
            List.of(alg),
            Issuer.Claims.DEFAULTS);
    return new TokenVerifier(
            List.of(new TokenVerifier.Trusted(issuer, keys)),
            new ClaimChecks(World.SKEW, Duration.ofHours(24), clock),
            new ClaimMapping(World.SKEW))
        .verify(token);
  }

  @Test
  void encryptedTokensAreRefused() {
    Optional<List<Vector>> all = Wycheproof.read("json_web_encryption_test.json");
    if (all.isEmpty()) {
      Vectors.skipped();
      return;
    }
    World world = new World();
    for (Vector vector : all.get()) {
      assertThat(world.verifier.verify(vector.token())).isInstanceOf(Outcome.Refused.class);
    }
    assertThat(all.get()).hasSizeGreaterThan(100);
  }

  private static String json(Map<String, Object> members) {
    return Json.text(json -> Json.value(json, members));
  }
}
