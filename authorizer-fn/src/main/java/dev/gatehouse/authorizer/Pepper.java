package dev.gatehouse.authorizer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that API keys are digested with (HMAC-SHA-256): whoever reads the table alone can
 * neither try keys against it nor make one.
 *
 * <p>An id ends with a seal, 47 bits of the pepper's MAC over its beginning. It proves nothing
 * about who has the key; it tells ids that were given out from ids that somebody made up, without a
 * look into the table.
 */
final class Pepper {
  /** As many as the hash has (RFC 2104 section 3). */
  static final int LEAST_OCTETS = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SEAL_LENGTH = 8;

  private final SecretKeySpec key;

  private Pepper(byte[] octets) {
    key = new SecretKeySpec(octets, ALGORITHM);
  }

  /** Empty for a secret that is too short. */
  static Optional<Pepper> of(String secret) {
    byte[] octets = secret.getBytes(StandardCharsets.UTF_8);
    return octets.length < LEAST_OCTETS ? Optional.empty() : Optional.of(new Pepper(octets));
  }

  /** What is stored of a key, in base64url. */
  String digest(ApiKeyText key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac("key:" + key.text()));
  }

  /** A new key. */
  ApiKeyText mint(SecureRandom random) {
    String name = Alphanumeric.random(random, ApiKeyText.ID_LENGTH - SEAL_LENGTH);
    return ApiKeyText.of(name + seal(name), Alphanumeric.random(random, ApiKeyText.SECRET_LENGTH));
  }

  /** Whether this id may have been given out. */
  boolean sealed(String id) {
    int name = id.length() - SEAL_LENGTH;
    return name > 0 && id.substring(name).equals(seal(id.substring(0, name)));
  }

  private String seal(String name) {
    return Alphanumeric.of(mac("id:" + name), SEAL_LENGTH);
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no " + ALGORITHM + " (expected: every JDK has it)", e);
    }
  }
}
