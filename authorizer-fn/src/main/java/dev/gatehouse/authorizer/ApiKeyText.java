package dev.gatehouse.authorizer;

import java.util.Optional;

/**
 * An API key as its owner has it: {@code gk_ID_SECRET}, an id of 20 and a secret of 43 base62
 * characters, which hold 256 bits. It is digested as it is spelled, so no other spelling of it is
 * the same key.
 *
 * @param text all of it
 */
record ApiKeyText(String id, String text) {
  static final int ID_LENGTH = 20;

  /** 62^43 is above 2^256. */
  static final int SECRET_LENGTH = 43;

  private static final String PREFIX = "gk_";

  static ApiKeyText of(String id, String secret) {
    return new ApiKeyText(id, PREFIX + id + "_" + secret);
  }

  /** The key that a field holds; empty when it is none. */
  static Optional<ApiKeyText> parse(String field) {
    int secret = PREFIX.length() + ID_LENGTH + 1;
    if (field.length() != secret + SECRET_LENGTH
        || !field.startsWith(PREFIX)
        || field.charAt(secret - 1) != '_') {
      return Optional.empty();
    }
    String id = field.substring(PREFIX.length(), secret - 1);
    return isId(id) && Alphanumeric.isAlphanumeric(field.substring(secret))
        ? Optional.of(new ApiKeyText(id, field))
        : Optional.empty();
  }

  static boolean isId(String text) {
    return text.length() == ID_LENGTH && Alphanumeric.isAlphanumeric(text);
  }

  /** Names the key and shows nothing of it. */
  @Override
  public String toString() {
    return PREFIX + id + "_…";
  }
}
