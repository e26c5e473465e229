package dev.gatehouse.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The ids of the access table's records: {@code key:ID} is an API key, {@code revoked:ID} a
 * revocation.
 *
 * <p>A revocation's id says what it is about, so that a caller's are read without a search: {@code
 * jti-} and {@code sub-} with a hash (SHA-256, 128 bits) of issuer and value, {@code key-} with the
 * API key's id.
 */
public final class AccessIds {
  /** Before the id of an API key. */
  public static final String KEY = "key:";

  /** Before the id of a revocation. */
  public static final String REVOKED = "revoked:";

  private static final int HASH_OCTETS = 16;

  private AccessIds() {}

  /** The revocation of one token. */
  public static String ofToken(String issuer, String jti) {
    return "jti-" + hash(issuer, jti);
  }

  /** The revocation of a subject's tokens. */
  public static String ofSubject(String issuer, String subject) {
    return "sub-" + hash(issuer, subject);
  }

  /** The revocation of an API key, which can be lifted. */
  public static String ofKey(String keyId) {
    return "key-" + keyId;
  }

  /** The issuer's length stands before it, so no two pairs are written alike. */
  private static String hash(String issuer, String value) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] name = issuer.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      digest.update(name);
      byte[] hash = digest.digest(value.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, HASH_OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: every JDK has it)", e);
    }
  }
}
