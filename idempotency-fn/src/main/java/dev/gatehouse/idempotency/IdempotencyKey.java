package dev.gatehouse.idempotency;

import dev.gatehouse.config.Route.Idempotency.KeyFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A client's name for one request: 16 to 255 printable ASCII characters, written as a
 * structured-field string (RFC 9651 section 3.3.3) or bare; both spellings are one key.
 *
 * <p>A bare key has no space, comma, semicolon, quote or backslash: these mean two keys or
 * parameters to somebody on the way.
 */
public record IdempotencyKey(String text) {
  static final int SHORTEST = 16;
  static final int LONGEST = 255;

  private static final String NOT_BARE = " ,;\"\\";

  /** RFC 9562 section 5.4: version 4, variant 10. */
  private static final Pattern UUID4 =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
          Pattern.CASE_INSENSITIVE);

  /** What the fields of a request hold. */
  public sealed interface Parsed {
    /** No field. */
    record Absent() implements Parsed {}

    /** One well-formed key. */
    record Valid(IdempotencyKey key) implements Parsed {}

    /**
     * Something else.
     *
     * @param reason what was found and expected; never repeats the key
     */
    record Invalid(String reason) implements Parsed {}
  }

  /**
   * Reads the values of all {@code Idempotency-Key} fields of a request.
   *
   * @param format what the route asks for
   */
  public static Parsed parse(List<String> values, KeyFormat format) {
    if (values.isEmpty()) {
      return new Parsed.Absent();
    }
    if (values.size() > 1) {
      return new Parsed.Invalid(values.size() + " fields (expected: one)");
    }
    String value = values.getFirst().strip();
    Parsed parsed = value.startsWith("\"") ? quoted(value) : bare(value);
    return parsed instanceof Parsed.Valid(IdempotencyKey key)
        ? measured(key.text(), format)
        : parsed;
  }

  /** Whether the key is a random UUID, which nobody can guess. */
  public boolean isUuid4() {
    return UUID4.matcher(text).matches();
  }

  private static Parsed quoted(String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        return i == value.length() - 1
            ? new Parsed.Valid(new IdempotencyKey(text.toString()))
            : new Parsed.Invalid("text after the closing quote (expected: nothing)");
      }
      if (c == '\\') {
        i++;
        if (i == value.length() || (value.charAt(i) != '"' && value.charAt(i) != '\\')) {
          return new Parsed.Invalid("a backslash (expected: one before a quote or backslash)");
        }
        c = value.charAt(i);
      }
      if (!isPrintable(c)) {
        return new Parsed.Invalid(unprintable(c));
      }
      text.append(c);
    }
    return new Parsed.Invalid("no closing quote (expected: a structured-field string)");
  }

  private static Parsed bare(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isPrintable(c)) {
        return new Parsed.Invalid(unprintable(c));
      }
      if (NOT_BARE.indexOf(c) >= 0) {
        String found = c == ' ' ? "a space" : "the character " + c;
        return new Parsed.Invalid(found + " (expected: quotes around a key that holds it)");
      }
    }
    return new Parsed.Valid(new IdempotencyKey(value));
  }

  private static Parsed measured(String text, KeyFormat format) {
    int length = text.length();
    if (length < SHORTEST || length > LONGEST) {
      return new Parsed.Invalid(
          length + " characters (expected: " + SHORTEST + " to " + LONGEST + ")");
    }
    return switch (format) {
      case ANY -> new Parsed.Valid(new IdempotencyKey(text));
      case UUID4 -> uuid4(text);
    };
  }

  /** The letters' case means nothing in a UUID (RFC 9562 section 4). */
  private static Parsed uuid4(String text) {
    return UUID4.matcher(text).matches()
        ? new Parsed.Valid(new IdempotencyKey(text.toLowerCase(Locale.ROOT)))
        : new Parsed.Invalid("no UUID of version 4 (expected: 36 characters, RFC 9562)");
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c < 0x7f;
  }

  private static String unprintable(char c) {
    return String.format(Locale.ROOT, "the character U+%04X (expected: printable ASCII)", (int) c);
  }

  /** Keys are never logged. */
  @Override
  public String toString() {
    return "IdempotencyKey[" + text.length() + " characters]";
  }
}
