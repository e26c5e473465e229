package dev.gatehouse.proxy;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.util.regex.Pattern;

/**
 * The format {@code email}, as browsers check it
 * (https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address): the library's own knows
 * the top-level domains of the day it was made, and refuses all others.
 */
final class EmailAddress implements Format {
  /** RFC 5321 section 4.5.3.1.3. */
  private static final int LONGEST = 254;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]++@"
              + "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");

  @Override
  public String getName() {
    return "email";
  }

  @Override
  public boolean matches(ExecutionContext context, String value) {
    return value.length() <= LONGEST && ADDRESS.matcher(value).matches();
  }
}
