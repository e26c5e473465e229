package dev.gatehouse.idempotency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * SHA-256 over a list of values, each preceded by its length in four octets, so that no two lists
 * are one sequence of octets.
 */
final class Digest {
  private final MessageDigest digest;

  /**
   * @param purpose the first value: digests of different purposes never meet
   */
  Digest(String purpose) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: in every Java platform)", e);
    }
    add(purpose);
  }

  Digest add(String value) {
    return add(value.getBytes(StandardCharsets.UTF_8));
  }

  Digest add(byte[] value) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
    digest.update(value);
    return this;
  }

  /** 43 characters of base64url. */
  String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
  }
}
