package dev.gatehouse.proxy;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.Pattern;

/**
 * Regular expressions of schemas, by the JDK's engine, which backtracks: a pattern such as {@code
 * ^(a+)+$} takes time exponential in the text's length. So the steps of a request are counted, and
 * end with {@link #MOST_STEPS}.
 */
final class BoundedPatterns implements RegularExpressionFactory {
  /** Characters that are looked at; some 20 ms. A text of 64 KB is looked at 30 times over. */
  private static final int MOST_STEPS = 2_000_000;

  private int steps;

  /** Another request. */
  void begin() {
    steps = 0;
  }

  /** Patterns are not anchored, and {@code $} is the very end (ECMA-262), not before a newline. */
  @Override
  public RegularExpression getRegularExpression(String regex) {
    boolean atEnd = regex.endsWith("$") && !regex.endsWith("\\$");
    Pattern pattern =
        Pattern.compile(atEnd ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
    return text -> pattern.matcher(new CountedText(text)).find();
  }

  /** More steps than a request may take. */
  static final class StepsExhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StepsExhausted() {
      super(null, null, false, false);
    }
  }

  private final class CountedText implements CharSequence {
    private final CharSequence text;

    private CountedText(CharSequence text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new StepsExhausted();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new CountedText(text.subSequence(start, end));
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
