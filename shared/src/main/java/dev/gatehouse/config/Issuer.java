package dev.gatehouse.config;

import java.net.URI;
import java.util.List;

/**
 * One issuer of tokens and the keys that its signatures are checked with; the keys of one issuer
 * never verify another's tokens.
 *
 * @param name our name for it
 * @param issuer the exact value of the {@code iss} claim
 * @param audiences accepted values of {@code aud}; a token must name one of them. Empty only with a
 *     {@link KeySource.SharedSecret}: {@code aud} is then not looked at
 * @param algorithms accepted values of {@code alg} (RFC 7518 section 3.1), case-sensitive; HS* only
 *     with a shared secret, all others only with a key set
 * @param claims {@link Claims#DEFAULTS} for those that gateway.yaml does not give
 */
public record Issuer(
    String name,
    String issuer,
    KeySource keys,
    List<String> audiences,
    List<String> algorithms,
    Claims claims) {

  /** Every signature algorithm that a gateway can accept (RFC 7518 section 3.1, RFC 8037). */
  public static final List<String> ALGORITHMS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "HS256", "HS384", "HS512");

  public Issuer {
    audiences = List.copyOf(audiences);
    algorithms = List.copyOf(algorithms);
  }

  /** Where an issuer's keys come from. */
  public sealed interface KeySource {
    /** A JSON Web Key Set (RFC 7517) behind https, or http on loopback. */
    record Jwks(URI uri) implements KeySource {}

    /** A shared secret for HS256, HS384 or HS512, by its name in Secrets Manager. */
    record SharedSecret(String secret) implements KeySource {}
  }

  /**
   * Names of the claims that hold each fact; a dot descends into an object.
   *
   * @param scopes a space-separated string (RFC 8693) or an array
   */
  public record Claims(String user, String email, String roles, String scopes, String tier) {
    /** The names used where gateway.yaml gives none. */
    public static final Claims DEFAULTS = new Claims("sub", "email", "roles", "scope", "tier");
  }
}
