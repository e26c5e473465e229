package dev.gatehouse.queue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What tickets, passes and shuffles are keyed with, all of it derived from one generated text by
 * HKDF-SHA-256 (RFC 5869): an Ed25519 key (RFC 8032), whose private key is 32 octets, any 32
 * octets; a key for HMAC-SHA-256; and the key's public name.
 */
final class SigningKey {
  private static final String CURVE = "Ed25519";
  private static final int OCTETS = 32;
  private static final int ID_OCTETS = 6;

  private final String id;
  private final PrivateKey signing;
  private final PublicKey verifying;
  private final byte[] ticketKey;
  private final byte[] seedKey;

  private SigningKey(String text) throws GeneralSecurityException {
    byte[] seed = derive(text, "pass", OCTETS);
    id = Base64.getUrlEncoder().withoutPadding().encodeToString(derive(text, "id", ID_OCTETS));
    signing =
        KeyFactory.getInstance(CURVE)
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    verifying = publicKey(seed);
    ticketKey = derive(text, "ticket", OCTETS);
    seedKey = derive(text, "shuffle", OCTETS);
    byte[] probe = ascii(id);
    if (!verifies(probe, sign(probe))) {
      throw new GeneralSecurityException("public and private key do not belong together");
    }
  }

  static SigningKey of(String text) {
    try {
      return new SigningKey(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF and Ed25519 (expected: in every JDK 25)", e);
    }
  }

  /** The key's public name. */
  String id() {
    return id;
  }

  byte[] sign(byte[] input) {
    try {
      Signature signature = Signature.getInstance(CURVE);
      signature.initSign(signing);
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 (expected: in every JDK 25)", e);
    }
  }

  boolean verifies(byte[] input, byte[] octets) {
    try {
      Signature signature = Signature.getInstance(CURVE);
      signature.initVerify(verifying);
      signature.update(input);
      return signature.verify(octets);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The code that authenticates a ticket. */
  byte[] code(byte[] input) {
    return mac(ticketKey, input);
  }

  boolean authenticates(byte[] input, byte[] code) {
    return MessageDigest.isEqual(code(input), code);
  }

  /** A secret of this name, until it is told: the seed of a shuffle, a visitor's cookie. */
  String secret(String name) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(seedKey, utf8(name)));
  }

  @Override
  public String toString() {
    return "SigningKey " + id;
  }

  private static byte[] mac(byte[] key, byte[] input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 (expected: in every JDK)", e);
    }
  }

  private static byte[] derive(String text, String use, int octets)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addIKM(utf8(text))
                .thenExpand(ascii("gatehouse queue " + use), octets));
  }

  /**
   * The JDK makes no public key from a private one, but its generator takes the private key's
   * octets from the source of randomness that it is given; the constructor checks the result.
   */
  private static PublicKey publicKey(byte[] seed) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(CURVE);
    generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
    KeyPair pair = generator.generateKeyPair();
    return pair.getPublic();
  }

  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] octets;

    private Fixed(byte[] octets) {
      this.octets = octets.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(octets, 0, bytes, 0, bytes.length);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
