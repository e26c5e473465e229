package dev.gatehouse.http;

/**
 * Text that means the same to everyone who reads it later, in a header, a log or a context.
 *
 * <p>Leading and trailing spaces are refused because a header field loses them (RFC 9110 section
 * 5.5): {@code " alice"} would arrive at a back end as {@code "alice"}.
 */
public final class Text {
  private Text() {}

  /** Whether a value may stand in a header: non-empty, bounded, printable, nothing to trim. */
  public static boolean plain(String text, int maxLength) {
    return !text.isEmpty()
        && text.length() <= maxLength
        && text.codePoints().allMatch(Text::printable)
        && text.equals(text.strip());
  }

  /** Whether a character is neither a control, a line break nor unassigned. */
  public static boolean printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
