package dev.gatehouse.config;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Character sets of names. */
final class Characters {
  private Characters() {}

  /** A letter, then letters, digits and these marks. */
  static boolean isName(String text, String marks, int longest) {
    return consistsOf(text, marks, longest) && isLetter(text.charAt(0));
  }

  /** One or more letters, digits and these marks. */
  static boolean consistsOf(String text, String marks, int longest) {
    return !text.isEmpty()
        && text.length() <= longest
        && all(text, c -> isLetter(c) || isDigit(c) || marks.indexOf(c) >= 0);
  }

  /** No spaces and no control characters. */
  static boolean isSolid(String text) {
    return !text.isEmpty() && all(text, c -> c > ' ' && c != 0x7f);
  }

  /** RFC 6749 section 3.3. */
  static boolean isScope(String text) {
    return !text.isEmpty()
        && text.length() <= 128
        && all(text, c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
  }

  /** What the value of a header can be without changing on its way (RFC 9110 section 5.5). */
  static boolean isFieldValue(String text) {
    return !text.isEmpty()
        && text.length() <= 256
        && !text.startsWith(" ")
        && !text.endsWith(" ")
        && all(text, c -> c >= ' ' && c < 0x7f);
  }

  /** A version's name, without the v that some write in front. */
  static boolean isVersion(String text) {
    return consistsOf(text, ".-", 32)
        && isDigit(text.charAt(0))
        && text.equals(text.toLowerCase(Locale.ROOT));
  }

  static boolean isEvent(String text) {
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    return consistsOf(name, "._:-", 128);
  }

  /** RFC 6901, or a part of the path. */
  static boolean isEventPlace(String text) {
    return (text.startsWith("/") && text.codePoints().noneMatch(Characters::isSpace))
        || (text.startsWith("path:") && consistsOf(text.substring(5), "_-", 64));
  }

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0xfeff;
  }

  private static boolean all(String text, IntPredicate accepts) {
    for (int i = 0; i < text.length(); i++) {
      if (!accepts.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
