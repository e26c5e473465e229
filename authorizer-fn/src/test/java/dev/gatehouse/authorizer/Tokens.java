package dev.gatehouse.authorizer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.List;
import java.util.stream.Collectors;

/** Keys, key sets and tokens of whatever form; nothing is checked. */
final class Tokens {
  private Tokens() {}

  static RSAKey rsa(String id) {
    return rsa(id, 2048);
  }

  static RSAKey rsa(String id, int bits) {
    KeyPair pair = pair("RSA", bits);
    return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
        .privateKey(pair.getPrivate())
        .keyID(id)
        .build();
  }

  static ECKey ec(String id, Curve curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve.getStdName()));
      KeyPair pair = generator.generateKeyPair();
      return new ECKey.Builder(curve, (ECPublicKey) pair.getPublic())
          .privateKey(pair.getPrivate())
          .keyID(id)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static OctetKeyPair ed25519(String id) {
    KeyPair pair = pair("Ed25519", 255);
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] point = java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    assert pair.getPublic() instanceof EdECPublicKey;
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(point))
        .d(Base64URL.encode(secret))
        .keyID(id)
        .build();
  }

  static OctetSequenceKey secret(String id, int octets) {
    byte[] bytes = new byte[octets];
    new java.security.SecureRandom().nextBytes(bytes);
    return new OctetSequenceKey.Builder(bytes).keyID(id).build();
  }

  /** The public halves as a key set. */
  static String keySet(JWK... keys) {
    return List.of(keys).stream()
        .map(key -> key.toPublicJWK().toJSONString())
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  /** A token with exactly these texts, signed as {@code alg} says by this key. */
  static String sign(String alg, String header, String payload, JWK key) {
    return sign(alg, utf8(header), utf8(payload), key);
  }

  static String sign(String alg, byte[] header, byte[] payload, JWK key) {
    String input = Base64URL.encode(header) + "." + Base64URL.encode(payload);
    return input + "." + Base64URL.encode(signature(alg, utf8(input), key));
  }

  /** The signature over these octets. */
  static byte[] signature(String alg, byte[] input, JWK key) {
    try {
      if (key instanceof OctetKeyPair pair) {
        return ed25519(pair, input);
      }
      JWSSigner signer =
          switch (key) {
            case RSAKey rsa -> new RSASSASigner(rsa);
            case ECKey ec -> new ECDSASigner(ec);
            case OctetSequenceKey secret -> new MACSigner(secret);
            default -> throw new IllegalArgumentException(key.getKeyType().getValue());
          };
      return signer.sign(new JWSHeader(JWSAlgorithm.parse(alg)), input).decode();
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] ed25519(OctetKeyPair pair, byte[] input) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(
                new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getDecodedD())));
    signature.update(input);
    return signature.sign();
  }

  private static KeyPair pair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
