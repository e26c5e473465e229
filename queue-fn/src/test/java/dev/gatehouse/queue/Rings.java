package dev.gatehouse.queue;

import java.time.InstantSource;

/** Keyrings of fixed texts. */
final class Rings {
  static final String KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01";
  static final String OTHER = "another key of at least thirty-two characters, also generated...";

  private Rings() {}

  static Keyring of(String key) {
    return Keyring.of(() -> "{\"key\":\"" + key + "\"}", InstantSource.system());
  }
}
