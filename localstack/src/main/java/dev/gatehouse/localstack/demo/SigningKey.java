package dev.gatehouse.localstack.demo;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key of a demo issuer for one algorithm of RFC 7518 section 3.1 or RFC 8037. */
sealed interface SigningKey {
  /** The value of {@code alg}. */
  String algorithm();

  /** The value of {@code kid}, for keys that are published. */
  Optional<String> id();

  /** The published half; empty for a shared secret. */
  Optional<JWK> published();

  byte[] sign(byte[] input) throws GeneralSecurityException;

  /** A fresh key pair. */
  static SigningKey pair(String algorithm, String id, SecureRandom random) {
    try {
      KeyPair keys = keys(algorithm, random);
      return new Pair(algorithm, keys.getPrivate(), publish(algorithm, id, keys));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + ": every JDK has its keys", e);
    }
  }

  /** A shared secret for HS256, HS384 or HS512. */
  static SigningKey secret(String algorithm, byte[] secret) {
    return new Secret(algorithm, secret.clone());
  }

  /** An asymmetric key pair. */
  record Pair(String algorithm, PrivateKey secret, JWK jwk) implements SigningKey {
    @Override
    public Optional<String> id() {
      return Optional.of(jwk.getKeyID());
    }

    @Override
    public Optional<JWK> published() {
      return Optional.of(jwk);
    }

    @Override
    public byte[] sign(byte[] input) throws GeneralSecurityException {
      String hash = "SHA" + algorithm.substring(2);
      Signature signature =
          switch (algorithm.substring(0, 2)) {
            case "RS" -> Signature.getInstance(hash + "withRSA");
            case "PS" -> pss(algorithm.substring(2));
            case "ES" -> Signature.getInstance(hash + "withECDSAinP1363Format");
            default -> Signature.getInstance("Ed25519");
          };
      signature.initSign(secret);
      signature.update(input);
      return signature.sign();
    }

    private static Signature pss(String bits) throws GeneralSecurityException {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      String hash = "SHA-" + bits;
      signature.setParameter(
          new PSSParameterSpec(
              hash,
              "MGF1",
              new MGF1ParameterSpec(hash),
              Integer.parseInt(bits) / 8,
              PSSParameterSpec.TRAILER_FIELD_BC));
      return signature;
    }
  }

  /** A secret that the issuer shares with the gateway. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Secret(String algorithm, byte[] bytes) implements SigningKey {
    @Override
    public Optional<String> id() {
      return Optional.empty();
    }

    @Override
    public Optional<JWK> published() {
      return Optional.empty();
    }

    @Override
    public byte[] sign(byte[] input) throws GeneralSecurityException {
      String name = "HmacSHA" + algorithm.substring(2);
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(bytes, name));
      return mac.doFinal(input);
    }
  }

  private static KeyPair keys(String algorithm, SecureRandom random)
      throws GeneralSecurityException {
    KeyPairGenerator generator;
    switch (algorithm.substring(0, 2)) {
      case "RS", "PS" -> {
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048, random);
      }
      case "ES" -> {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(curve(algorithm).toECParameterSpec(), random);
      }
      default -> generator = KeyPairGenerator.getInstance("Ed25519");
    }
    return generator.generateKeyPair();
  }

  private static Curve curve(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> Curve.P_256;
      case "ES384" -> Curve.P_384;
      default -> Curve.P_521;
    };
  }

  private static JWK publish(String algorithm, String id, KeyPair keys) {
    Algorithm name = new Algorithm(algorithm);
    return switch (keys.getPublic()) {
      case RSAPublicKey rsa ->
          new RSAKey.Builder(rsa).keyUse(KeyUse.SIGNATURE).algorithm(name).keyID(id).build();
      case ECPublicKey ec ->
          new ECKey.Builder(curve(algorithm), ec)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(name)
              .keyID(id)
              .build();
      default ->
          new OctetKeyPair.Builder(Curve.Ed25519, point(keys.getPublic().getEncoded()))
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(name)
              .keyID(id)
              .build();
    };
  }

  /** The 32 octets at the end of an Ed25519 key's SubjectPublicKeyInfo (RFC 8410 section 4). */
  private static Base64URL point(byte[] encoded) {
    return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }
}
