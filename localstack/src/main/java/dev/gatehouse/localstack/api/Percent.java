package dev.gatehouse.localstack.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-decoding (RFC 3986, section 2.1), strict: whole escapes, valid UTF-8. */
final class Percent {

  private Percent() {}

  /** Decoded; empty if an escape is cut short or the bytes are not UTF-8. */
  static Optional<String> decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0) {
      return Optional.of(plusIsSpace ? text.replace('+', ' ') : text);
    }
    var bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int value = i + 2 < text.length() ? escape(text, i) : -1; // both digits there
        if (value < 0) {
          return Optional.empty();
        }
        bytes.put((byte) value);
        i += 2;
      } else {
        bytes.put((byte) (c == '+' && plusIsSpace ? ' ' : c));
      }
    }
    return utf8(bytes.flip());
  }

  private static int escape(String text, int at) {
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static Optional<String> utf8(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
