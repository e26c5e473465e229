package dev.gatehouse.config;

import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

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

  /** The ID of an availability zone, such as use1-az1 or usw2-lax1-az1. */
  static boolean isZone(String text) {
    return !text.isEmpty()
        && text.length() <= 64
        && text.charAt(0) >= 'a'
        && text.charAt(0) <= 'z'
        && all(text, c -> (c >= 'a' && c <= 'z') || isDigit(c) || c == '-');
  }

  static boolean isWhole(String text, int longest) {
    return !text.isEmpty() && text.length() <= longest && all(text, Characters::isDigit);
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

  /** One to eight names with slashes between them, none of which begins with a dot. */
  static boolean isFileBelow(String text) {
    String[] names = text.split("/", -1);
    return names.length <= 8
        && text.length() <= 256
        && Stream.of(names).allMatch(name -> isFile(name));
  }

  private static boolean isFile(String name) {
    return consistsOf(name, "._-", 128) && name.charAt(0) != '.';
  }

  /** RFC 6838 section 4.2. */
  static boolean isMediaType(String text) {
    String[] parts = text.split("/", -1);
    return parts.length == 2
        && Stream.of(parts).allMatch(part -> consistsOf(part, "!#$&^_.+-", 64));
  }

  /** RFC 9110 section 5.5 without the octets that servers read differently. */
  static boolean isFieldValue(String text) {
    return !text.isEmpty()
        && text.length() <= 1024
        && all(text, c -> c >= ' ' && c < 0x7f)
        && text.charAt(0) != ' '
        && text.charAt(text.length() - 1) != ' ';
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
