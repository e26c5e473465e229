package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.Text;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The protected header of a token, as far as it is believed: {@code alg}, {@code typ} and {@code
 * kid}.
 *
 * <p>Parameters that would change how the token is read or which key checks it are refused by their
 * presence, whatever their value (RFC 8725 sections 3.1, 3.10 and 3.11). Others are ignored, as RFC
 * 7515 section 4 asks.
 *
 * @param algorithm any non-empty text; only an issuer's list makes it acceptable
 */
record JoseHeader(String algorithm, Optional<String> keyId) {
  private static final int MAX_KEY_ID_LENGTH = 256;
  private static final List<String> FORBIDDEN =
      List.of("crit", "b64", "zip", "jwk", "jku", "x5u", "x5c");

  /** RFC 7519 section 5.1 and RFC 9068 section 2.1; media types compare without case. */
  private static final List<String> TYPES = List.of("jwt", "at+jwt");

  static Checked<JoseHeader> read(Map<String, Object> members) {
    for (String name : FORBIDDEN) {
      if (members.containsKey(name)) {
        return refused("header with " + name + " (expected: without)");
      }
    }
    if (!(members.get("alg") instanceof String algorithm) || algorithm.isEmpty()) {
      return refused("alg missing or no text (expected: the name of an algorithm)");
    }
    Object type = members.get("typ");
    if (type != null && !(type instanceof String text && TYPES.contains(subtype(text)))) {
      return refused("typ of another kind (expected: JWT or at+jwt)");
    }
    Object keyId = members.get("kid");
    if (keyId == null) {
      return Checked.passed(new JoseHeader(algorithm, Optional.empty()));
    }
    return keyId instanceof String text && printable(text)
        ? Checked.passed(new JoseHeader(algorithm, Optional.of(text)))
        : refused("kid of another form (expected: 1 to 256 printable characters)");
  }

  private static Checked<JoseHeader> refused(String reason) {
    return Checked.failed(Refused.token(reason));
  }

  private static String subtype(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
  }

  private static boolean printable(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_KEY_ID_LENGTH
        && text.codePoints().allMatch(Text::printable);
  }
}
