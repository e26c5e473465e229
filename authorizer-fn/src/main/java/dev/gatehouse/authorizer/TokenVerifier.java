package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.config.Issuer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a JSON Web Token (RFC 7519) is genuine, and whose it is.
 *
 * <p>The order is fixed: spelling, header, issuer, key, signature, claims. The unverified {@code
 * iss} does nothing but select the issuer, whose keys verify no other issuer's tokens (RFC 8725
 * section 3.8).
 */
final class TokenVerifier {
  private final Map<String, Trusted> issuers;
  private final ClaimChecks checks;
  private final ClaimMapping mapping;

  TokenVerifier(List<Trusted> issuers, ClaimChecks checks, ClaimMapping mapping) {
    Map<String, Trusted> byName = new LinkedHashMap<>();
    issuers.forEach(trusted -> byName.put(trusted.issuer().issuer(), trusted));
    this.issuers = Map.copyOf(byName);
    this.checks = checks;
    this.mapping = mapping;
  }

  /** An issuer and its keys. */
  record Trusted(Issuer issuer, IssuerKeys keys) {}

  Outcome verify(String token) {
    return CompactJws.parse(token)
        .orRefused(jws -> jws.claims().orRefused(claims -> ofIssuer(jws, claims)));
  }

  private Outcome ofIssuer(CompactJws jws, Map<String, Object> claims) {
    if (!(claims.get("iss") instanceof String name)) {
      return Refused.token("iss missing or no text (expected: the name of an issuer)");
    }
    Trusted trusted = issuers.get(name);
    if (trusted == null) {
      return Refused.token("iss unknown (expected: an issuer of gateway.yaml)");
    }
    Outcome outcome = ofKey(jws, claims, trusted);
    return outcome instanceof Refused refused ? refused.of(name, jws.header().keyId()) : outcome;
  }

  private Outcome ofKey(CompactJws jws, Map<String, Object> claims, Trusted trusted) {
    if (!trusted.issuer().algorithms().contains(jws.header().algorithm())) {
      return Refused.token("alg not accepted (expected: one of the issuer's in gateway.yaml)");
    }
    return switch (trusted.keys().find(jws.header())) {
      case IssuerKeys.Lookup.Missing(String reason) -> Refused.forNow(reason);
      case IssuerKeys.Lookup.Found(VerificationKey key) ->
          key.verifies(jws) ? genuine(claims, trusted.issuer(), key.id()) : forged(jws);
    };
  }

  /** Where tokens name no key, the one that we know may not be the issuer's newest. */
  private static Refused forged(CompactJws jws) {
    String reason = "signature is not the key's";
    return jws.header().keyId().isPresent()
        ? Refused.token(reason)
        : Refused.forNow(reason).counted(true);
  }

  /** Whoever shows a genuine token has not guessed it. */
  private Outcome genuine(Map<String, Object> claims, Issuer issuer, Optional<String> keyId) {
    Outcome outcome =
        checks
            .firstFault(claims, issuer)
            .<Outcome>map(refused -> refused)
            .orElseGet(
                () ->
                    mapping
                        .map(claims, issuer)
                        .orRefused(principal -> new Allowed(principal, keyId)));
    return outcome instanceof Refused refused ? refused.counted(false) : outcome;
  }
}
