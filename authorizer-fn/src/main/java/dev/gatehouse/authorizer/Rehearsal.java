package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.TokenVerifier.Trusted;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.Json;
import dev.gatehouse.lifecycle.Participant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request played through before a checkpoint, so that its classes and code are in the snapshot:
 * the real key sets are read, and a token of an issuer that exists only here is decoded, verified
 * and answered. Nothing is written and nobody is let in by it.
 */
final class Rehearsal implements Participant {
  private static final String ISSUER = "urn:gatehouse:rehearsal";
  private static final String ALGORITHM = "RS256";

  private final List<Trusted> issuers;
  private final InstantSource clock;

  Rehearsal(List<Trusted> issuers, InstantSource clock) {
    this.issuers = issuers;
    this.clock = clock;
  }

  @Override
  public void prime() throws GeneralSecurityException, IOException {
    issuers.forEach(trusted -> trusted.keys().load());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    Authenticator authenticator = new Authenticator(verifier(pair), Optional.empty());
    byte[] event = event(token(pair)).getBytes(StandardCharsets.UTF_8);
    AuthorizerRequest request = AuthorizerCodec.decode(new ByteArrayInputStream(event));
    Outcome outcome = authenticator.decide(request.headers());
    if (!(outcome instanceof Allowed(var principal, _))) {
      throw new IllegalStateException(outcome + " (expected: the rehearsal's token accepted)");
    }
    Audit.facts(request, outcome);
    AuthorizerCodec.allow(request.stage(), principal);
  }

  private TokenVerifier verifier(KeyPair pair) {
    Issuer issuer =
        new Issuer(
            "rehearsal",
            ISSUER,
            new Issuer.KeySource.Jwks(URI.create(ISSUER)),
            List.of(ISSUER),
            List.of(ALGORITHM),
            Issuer.Claims.DEFAULTS);
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    Map<String, Object> jwk =
        Map.of(
            "kty",
            "RSA",
            "kid",
            "rehearsal",
            "n",
            unsigned(key.getModulus().toByteArray()),
            "e",
            unsigned(key.getPublicExponent().toByteArray()));
    String keySet = json(Map.of("keys", List.of(jwk)));
    KeySetSource source = () -> new KeySetSource.Answer.Fetched(keySet);
    JwksKeys keys =
        new JwksKeys("rehearsal", source, KeySetCopies.NONE, Duration.ofMinutes(1), clock);
    return new TokenVerifier(
        List.of(new Trusted(issuer, keys)),
        new ClaimChecks(Duration.ZERO, Duration.ofMinutes(1), clock),
        new ClaimMapping(Duration.ZERO));
  }

  private String token(KeyPair pair) throws GeneralSecurityException {
    Instant now = clock.instant();
    String input =
        encoded(Map.of("alg", ALGORITHM, "kid", "rehearsal"))
            + "."
            + encoded(
                Map.of(
                    "iss",
                    ISSUER,
                    "aud",
                    ISSUER,
                    "sub",
                    "rehearsal",
                    "roles",
                    List.of("none"),
                    "scope",
                    "none",
                    "exp",
                    now.getEpochSecond() + 30));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + base64(signature.sign());
  }

  private static String event(String token) {
    return json(
        Map.of(
            "type", "REQUEST",
            "methodArn", "arn:aws:execute-api:eu-west-1:000000000000:rehearsal/live/GET/",
            "multiValueHeaders", Map.of("Authorization", List.of("Bearer " + token))));
  }

  private static String encoded(Map<String, Object> members) {
    return base64(json(members).getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Map<String, Object> members) {
    return Json.text(json -> Json.value(json, members));
  }

  /** A positive integer without the sign's octet (RFC 7518 section 2, Base64urlUInt). */
  private static String unsigned(byte[] signed) {
    int from = signed[0] == 0 ? 1 : 0;
    return base64(Arrays.copyOfRange(signed, from, signed.length));
  }

  private static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
