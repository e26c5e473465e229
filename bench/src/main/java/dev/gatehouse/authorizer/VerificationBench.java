package dev.gatehouse.authorizer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.gatehouse.config.Issuer;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole verification of an RS256 token whose key is held, every check included, beside Nimbus
 * parsing it and verifying its signature alone, in turns in one process.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.authorizer.VerificationBench}. It lies in the authorizer's
 * package because nobody else may verify tokens.
 */
public final class VerificationBench {
  private static final String ISSUER = "https://idp.example";
  private static final int TOKENS = 500;
  private static final int ROUNDS = 12;

  private VerificationBench() {}

  /** Measures and prints. */
  public static void main(String... args) throws JOSEException, ParseException {
    RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
    List<String> tokens = tokens(key);
    TokenVerifier ours = verifier(key);
    RSASSAVerifier nimbus = new RSASSAVerifier(key.toPublicJWK());
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (String token : tokens) {
        if (!(ours.verify(token) instanceof Outcome.Allowed)) {
          throw new IllegalStateException("a good token was refused");
        }
      }
      long between = System.nanoTime();
      for (String token : tokens) {
        if (!JWSObject.parse(token).verify(nimbus)) {
          throw new IllegalStateException("a good signature was refused");
        }
      }
      long end = System.nanoTime();
      double ratio = (double) (between - start) / (end - between);
      if (round >= ROUNDS / 2) {
        ratios.add(ratio);
      }
      System.out.printf(
          Locale.ROOT,
          "round %2d: %6.1f us a token, Nimbus alone %6.1f us, ratio %.2f%n",
          round + 1,
          (between - start) / 1e3 / TOKENS,
          (end - between) / 1e3 / TOKENS,
          ratio);
    }
    System.out.printf(
        Locale.ROOT,
        "ratio, median of the last %d rounds: %.2f%n",
        ratios.size(),
        ratios.stream().sorted().toList().get(ratios.size() / 2));
  }

  private static TokenVerifier verifier(RSAKey key) {
    InstantSource clock = InstantSource.system();
    Duration skew = Duration.ofSeconds(60);
    Issuer issuer =
        new Issuer(
            "main",
            ISSUER,
            new Issuer.KeySource.Jwks(URI.create(ISSUER + "/jwks.json")),
            List.of("api"),
            List.of("RS256"),
            Issuer.Claims.DEFAULTS);
    String set = "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}";
    KeySetSource source = () -> new KeySetSource.Answer.Fetched(set);
    JwksKeys keys = new JwksKeys("main", source, KeySetCopies.NONE, Duration.ofHours(1), clock);
    return new TokenVerifier(
        List.of(new TokenVerifier.Trusted(issuer, keys)),
        new ClaimChecks(skew, Duration.ofHours(24), clock),
        new ClaimMapping(skew));
  }

  private static List<String> tokens(RSAKey key) throws JOSEException {
    RSASSASigner signer = new RSASSASigner(key);
    long now = System.currentTimeMillis() / 1_000;
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < TOKENS; i++) {
      JWSObject jws =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(),
              new Payload(claims(now, "user-" + i)));
      jws.sign(signer);
      tokens.add(jws.serialize());
    }
    return tokens;
  }

  private static String claims(long now, String subject) {
    return String.format(
        Locale.ROOT,
        "{\"iss\":\"%s\",\"aud\":\"api\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d,\"scope\":\"a b\","
            + "\"email\":\"%s@example.com\",\"roles\":[\"r\"]}",
        ISSUER,
        subject,
        now,
        now + 3_600,
        subject);
  }
}
