package dev.gatehouse.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * The copy of an issuer's key set in Redis, which all environments share: three lines, the
 * milliseconds since 1970 when the set left the issuer, the URL that it came from, and the set.
 */
public record KeySetCopy(Instant fetchedAt, String url, String json) {
  /** Where the copy for an issuer is. */
  public static String key(String issuer) {
    return "jwks:{" + issuer + "}";
  }

  /** Reads what {@link #octets()} wrote; anything else is no copy. */
  public static Optional<KeySetCopy> parse(byte[] octets) {
    String[] lines = new String(octets, StandardCharsets.UTF_8).split("\n", 3);
    if (lines.length < 3 || !lines[0].matches("\\d{1,15}")) {
      return Optional.empty();
    }
    Instant fetchedAt = Instant.ofEpochMilli(Long.parseLong(lines[0]));
    return Optional.of(new KeySetCopy(fetchedAt, lines[1], lines[2]));
  }

  public byte[] octets() {
    return (fetchedAt.toEpochMilli() + "\n" + url + "\n" + json).getBytes(StandardCharsets.UTF_8);
  }
}
