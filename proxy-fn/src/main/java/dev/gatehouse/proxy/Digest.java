package dev.gatehouse.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** A name for texts: SHA-256 over each with its length before it, so no two lists are alike. */
final class Digest {
  private final MessageDigest sha256;

  Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: every JDK has it)", e);
    }
  }

  static String of(String... texts) {
    return new Digest().add(List.of(texts)).text();
  }

  /** Adds a list, with its size before it. */
  Digest add(List<String> texts) {
    number(texts.size());
    texts.forEach(this::add);
    return this;
  }

  Digest add(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    number(octets.length);
    sha256.update(octets);
    return this;
  }

  /** 43 characters; nothing can be added any more. */
  String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest());
  }

  /** Its first 64 bits; nothing can be added any more. */
  long bits() {
    return ByteBuffer.wrap(sha256.digest()).getLong();
  }

  private void number(int number) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }
}
