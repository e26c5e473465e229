package dev.gatehouse.authorizer;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.gatehouse.config.Issuer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Three issuers, their keys, and a verifier that trusts them. */
final class World {
  static final String ISSUER = "https://idp.example";
  static final String OTHER = "https://other.example";
  static final String SECRET = "legacy";
  static final String AUDIENCE = "gateway-api";
  static final Duration SKEW = Duration.ofSeconds(60);
  static final List<String> PUBLIC_ALGORITHMS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  static final RSAKey RSA = Tokens.rsa("rsa-1");
  static final ECKey P256 = Tokens.ec("ec-1", Curve.P_256);
  static final ECKey P384 = Tokens.ec("ec-2", Curve.P_384);
  static final ECKey P521 = Tokens.ec("ec-3", Curve.P_521);
  static final OctetKeyPair ED = Tokens.ed25519("ed-1");
  static final RSAKey OTHERS = Tokens.rsa("rsa-1");
  static final OctetSequenceKey SHARED = Tokens.secret("hs-1", 64);

  static final String KEY_HEADER = "X-API-Key";
  static final String ADDRESS = "192.0.2.1";
  static final Pepper PEPPER = Pepper.of("pepper".repeat(8)).orElseThrow();

  final ManualClock clock = new ManualClock();
  final InMemoryApiKeys keys = new InMemoryApiKeys();
  final TokenVerifier verifier;

  World() {
    ClaimChecks checks = new ClaimChecks(SKEW, Duration.ofHours(24), clock);
    verifier =
        new TokenVerifier(
            List.of(
                trusted("main", ISSUER, Tokens.keySet(RSA, P256, P384, P521, ED)),
                trusted("other", OTHER, Tokens.keySet(OTHERS)),
                legacy()),
            checks,
            new ClaimMapping(SKEW));
  }

  /** Of tokens and API keys, as often as one likes. */
  Authenticator authenticator() {
    return authenticator(FailedLogins.UNLIMITED);
  }

  Authenticator authenticator(FailedLogins failures) {
    return new Authenticator(
        verifier, Optional.of(new Authenticator.KeyHeader(KEY_HEADER, keyVerifier())), failures);
  }

  ApiKeyVerifier keyVerifier() {
    return new ApiKeyVerifier(() -> Optional.of(PEPPER), new HeldApiKeys(keys, clock), clock);
  }

  /** A key of the store's. */
  ApiKeyText issuedKey() {
    ApiKeyText text = PEPPER.mint(new SecureRandom());
    keys.add(key(text));
    return text;
  }

  /** What is stored of it. */
  ApiKey key(ApiKeyText text) {
    return new ApiKey(
        text.id(),
        PEPPER.digest(text),
        "orders",
        "batch",
        List.of("orders:read"),
        List.of("machine"),
        Optional.of("gold"),
        clock.instant(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private TokenVerifier.Trusted trusted(String name, String issuer, String keySet) {
    KeySetSource source = () -> new KeySetSource.Answer.Fetched(keySet);
    return new TokenVerifier.Trusted(
        issuer(name, issuer, PUBLIC_ALGORITHMS),
        new JwksKeys(name, source, KeySetCopies.NONE, Duration.ofHours(1), clock));
  }

  private TokenVerifier.Trusted legacy() {
    String secrets = "{\"keys\":[" + SHARED.toJSONString() + "]}";
    return new TokenVerifier.Trusted(
        issuer("legacy", SECRET, List.of("HS256", "HS384", "HS512")),
        new SecretKeys("legacy", () -> Optional.of(secrets), clock));
  }

  static Issuer issuer(String name, String issuer, List<String> algorithms) {
    return new Issuer(
        name,
        issuer,
        new Issuer.KeySource.Jwks(URI.create(issuer + "/jwks.json")),
        List.of(AUDIENCE),
        algorithms,
        Issuer.Claims.DEFAULTS);
  }

  /** A token that the verifier accepts. */
  static String good() {
    return Tokens.sign("RS256", rsaHeader().json(), Members.claims().json(), RSA);
  }

  static Members rsaHeader() {
    return Members.header("RS256", "rsa-1");
  }
}
