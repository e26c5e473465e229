package dev.gatehouse.authorizer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One key and the algorithms that it may be used with; it checks signatures with no others.
 *
 * <p>Signatures are Nimbus's, but for Ed25519, which Nimbus 10.10 leaves to Tink: {@link Ed25519}
 * asks the JDK instead.
 */
final class VerificationKey {
  private static final List<String> RSA =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /** Octets that a secret needs at least, the size of the hash (RFC 7518 section 3.2). */
  private static final Map<String, Integer> SECRET_OCTETS =
      Map.of("HS256", 32, "HS384", 48, "HS512", 64);

  private final Optional<String> id;
  private final Map<String, JWSHeader> headers;
  private final JWSVerifier verifier;

  private VerificationKey(Optional<String> id, List<String> algorithms, JWSVerifier verifier) {
    Map<String, JWSHeader> all = new LinkedHashMap<>();
    algorithms.forEach(name -> all.put(name, new JWSHeader(JWSAlgorithm.parse(name))));
    this.id = id;
    this.headers = Map.copyOf(all);
    this.verifier = verifier;
  }

  static VerificationKey of(RSAKey key) throws JOSEException {
    return new VerificationKey(id(key.getKeyID()), RSA, new RSASSAVerifier(key));
  }

  static VerificationKey of(ECKey key) throws JOSEException {
    ECDSAVerifier verifier = new ECDSAVerifier(key);
    List<String> algorithms =
        verifier.supportedJWSAlgorithms().stream().map(JWSAlgorithm::getName).toList();
    return new VerificationKey(id(key.getKeyID()), algorithms, verifier);
  }

  static VerificationKey of(OctetKeyPair key) throws JOSEException {
    PublicKey point = Ed25519.publicKey(key.getDecodedX());
    return new VerificationKey(id(key.getKeyID()), Ed25519.ALGORITHMS, new Ed25519(point));
  }

  /** A key that knows only the algorithms which its length is enough for. */
  static VerificationKey of(Optional<String> id, byte[] secret) throws JOSEException {
    List<String> algorithms =
        SECRET_OCTETS.entrySet().stream()
            .filter(need -> need.getValue() <= secret.length)
            .map(Map.Entry::getKey)
            .toList();
    return new VerificationKey(id, algorithms, new MACVerifier(secret));
  }

  /** The same key for this algorithm alone; knows none when it was not among its own. */
  VerificationKey onlyFor(String algorithm) {
    return new VerificationKey(
        id, headers.containsKey(algorithm) ? List.of(algorithm) : List.of(), verifier);
  }

  Optional<String> id() {
    return id;
  }

  Set<String> algorithms() {
    return headers.keySet();
  }

  /** Whether the signature over these octets is genuine; false for a foreign algorithm. */
  boolean verifies(CompactJws token) {
    JWSHeader header = headers.get(token.header().algorithm());
    if (header == null) {
      return false;
    }
    try {
      return verifier.verify(header, token.signingInput(), new Base64URL(token.signature()));
    } catch (JOSEException e) {
      return false;
    }
  }

  private static Optional<String> id(String keyId) {
    return Optional.ofNullable(keyId);
  }
}
