package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A token in JWS compact serialization (RFC 7515 section 7.1) whose spelling is the only one that
 * it has: three base64url parts without padding, without other characters and without unused bits.
 */
final class CompactJws {
  static final int MAX_LENGTH = 8 * 1024;

  private final JoseHeader header;
  private final byte[] payload;
  private final byte[] signingInput;
  private final String signature;

  private CompactJws(JoseHeader header, byte[] payload, byte[] signingInput, String signature) {
    this.header = header;
    this.payload = payload;
    this.signingInput = signingInput;
    this.signature = signature;
  }

  static Checked<CompactJws> parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return refused(
          "token of " + text.length() + " characters (expected: 1 to " + MAX_LENGTH + ")");
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      return refused("token of another shape (expected: three parts)");
    }
    Optional<byte[]> header = canonical(text.substring(0, first));
    Optional<byte[]> payload = canonical(text.substring(first + 1, second));
    String signature = text.substring(second + 1);
    if (header.isEmpty() || payload.isEmpty() || canonical(signature).isEmpty()) {
      return refused("token in another spelling (expected: canonical base64url)");
    }
    byte[] input = text.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return members("header", header.get())
        .then(JoseHeader::read)
        .then(read -> Checked.passed(new CompactJws(read, payload.get(), input, signature)));
  }

  JoseHeader header() {
    return header;
  }

  /** The octets that the signature covers, the token's first two parts; not to be changed. */
  byte[] signingInput() {
    return signingInput;
  }

  /** In base64url. */
  String signature() {
    return signature;
  }

  /** The payload as a claims set (RFC 7519 section 4). */
  Checked<Map<String, Object>> claims() {
    return members("payload", payload);
  }

  private static Checked<Map<String, Object>> members(String part, byte[] json) {
    return switch (StrictJson.read(json)) {
      case StrictJson.Malformed(String reason) -> refused(part + ": " + reason);
      case StrictJson.Document(var members) -> Checked.passed(members);
    };
  }

  private static <T> Checked<T> refused(String reason) {
    return Checked.failed(Refused.format(reason));
  }

  private static Optional<byte[]> canonical(String part) {
    try {
      byte[] octets = Base64.getUrlDecoder().decode(part);
      boolean same = Base64.getUrlEncoder().withoutPadding().encodeToString(octets).equals(part);
      return same ? Optional.of(octets) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
