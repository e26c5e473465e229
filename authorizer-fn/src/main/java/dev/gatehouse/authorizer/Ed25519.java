package dev.gatehouse.authorizer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.List;
import java.util.Set;

/**
 * Ed25519 (RFC 8032) by the JDK, in the place of Nimbus's own verifier, which needs Tink (2.4 MB).
 *
 * <p>{@code EdDSA} is RFC 8037's name for it, {@code Ed25519} that of RFC 9864.
 */
final class Ed25519 implements JWSVerifier {
  static final List<String> ALGORITHMS = List.of("EdDSA", "Ed25519");

  private static final int KEY_OCTETS = 32;
  private static final int SIGNATURE_OCTETS = 64;

  private final PublicKey key;
  private final JCAContext context = new JCAContext();

  Ed25519(PublicKey key) {
    this.key = key;
  }

  /**
   * The key of these octets: y, little-endian, with the sign of x in the last bit (section 5.1.2).
   */
  static PublicKey publicKey(byte[] octets) throws JOSEException {
    if (octets.length != KEY_OCTETS) {
      throw new JOSEException(octets.length + " octets (expected: " + KEY_OCTETS + ")");
    }
    byte[] y = new byte[KEY_OCTETS];
    for (int i = 0; i < KEY_OCTETS; i++) {
      y[i] = octets[KEY_OCTETS - 1 - i];
    }
    boolean xIsOdd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(
              new EdECPublicKeySpec(
                  NamedParameterSpec.ED25519, new EdECPoint(xIsOdd, new BigInteger(1, y))));
    } catch (GeneralSecurityException e) {
      throw new JOSEException("no point of the curve", e);
    }
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature)
      throws JOSEException {
    byte[] octets = signature.decode();
    if (octets.length != SIGNATURE_OCTETS) {
      return false;
    }
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(signingInput);
      return check.verify(octets);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519 is not available", e);
    }
  }

  @Override
  public Set<JWSAlgorithm> supportedJWSAlgorithms() {
    return Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
  }

  @Override
  public JCAContext getJCAContext() {
    return context;
  }
}
