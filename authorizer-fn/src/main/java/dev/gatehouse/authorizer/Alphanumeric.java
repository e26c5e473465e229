package dev.gatehouse.authorizer;

import java.security.SecureRandom;

/** Digits and letters: a text that survives headers, shells, URLs and a double click. */
final class Alphanumeric {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private Alphanumeric() {}

  static String random(SecureRandom random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /** A character for each of the first octets of a hash; their bias is below 2^-5 bits each. */
  static String of(byte[] hash, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt((hash[i] & 0xff) % ALPHABET.length()));
    }
    return text.toString();
  }

  static boolean isAlphanumeric(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
