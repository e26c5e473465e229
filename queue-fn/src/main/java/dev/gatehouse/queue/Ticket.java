package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A place in a line as its holder keeps it: opaque, signed, and enough to restore the line from.
 *
 * <p>The sequence is the microsecond of joining (or the next one that was free), so it is the time
 * of joining as well. Written {@code gt1.KEY-ID.PAYLOAD.CODE}, the last two in base64url, the code
 * an HMAC-SHA-256 over all before it.
 */
record Ticket(Line line, Holder holder, long sequence) {
  /** How long after joining, or after the opening, a ticket can be used. */
  static final Duration LIFETIME = Duration.ofHours(24);

  /** How long before the opening a ticket waits for it: no longer than a visitor's cookie lasts. */
  static final Duration EARLIEST = Duration.ofDays(7);

  private static final String PREFIX = "gt1";
  private static final int LONGEST = 700;
  private static final String SEPARATOR = "\n";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  Instant joined() {
    return RedisLines.instant(sequence);
  }

  Lines.Place place() {
    return new Lines.Place(holder.key(), sequence);
  }

  /** Whether it can still be used. */
  boolean lives(Optional<Instant> opening, Instant now) {
    Instant from =
        opening
            .filter(joined()::isBefore)
            .filter(at -> !joined().isBefore(at.minus(EARLIEST)))
            .orElse(joined());
    return now.isBefore(from.plus(LIFETIME));
  }

  String write(SigningKey key) {
    String payload =
        String.join(SEPARATOR, line.queue(), line.event(), holder.key(), Long.toString(sequence));
    String input = PREFIX + '.' + key.id() + '.' + BASE64.encodeToString(payload.getBytes(UTF_8));
    return input + '.' + BASE64.encodeToString(key.code(input.getBytes(US_ASCII)));
  }

  /** The ticket of a text, if one of our keys has signed it and it is spelled as we spell it. */
  static Optional<Ticket> read(String text, Keyring keys) {
    String[] parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals(PREFIX)) {
      return Optional.empty();
    }
    Optional<byte[]> payload = octets(parts[2]);
    Optional<byte[]> code = octets(parts[3]);
    if (payload.isEmpty() || code.isEmpty()) {
      return Optional.empty();
    }
    byte[] input = text.substring(0, text.lastIndexOf('.')).getBytes(US_ASCII);
    return keys.verifying(parts[1])
        .filter(key -> key.authenticates(input, code.get()))
        .map(_ -> parse(new String(payload.get(), UTF_8)));
  }

  private static Ticket parse(String payload) {
    String[] parts = payload.split(SEPARATOR, -1);
    return new Ticket(new Line(parts[0], parts[1]), new Holder(parts[2]), Long.parseLong(parts[3]));
  }

  /** The octets of a part in its one spelling. */
  static Optional<byte[]> octets(String part) {
    try {
      byte[] octets = Base64.getUrlDecoder().decode(part);
      return Optional.of(octets).filter(found -> BASE64.encodeToString(found).equals(part));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
