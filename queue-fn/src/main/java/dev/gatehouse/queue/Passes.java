package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.json.Json;
import dev.gatehouse.json.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Passes as texts: a compact JWS (RFC 7515) with EdDSA (RFC 8037), verified without any store.
 *
 * <p>The header is compared, not interpreted: for each of our keys there is one that is accepted,
 * octet for octet. The signature is deterministic, so the same session always has the same pass.
 */
public final class Passes {
  /** How far the clock of the function that verifies may be behind the store's. */
  static final Duration SKEW = Duration.ofSeconds(5);

  private static final int LONGEST = 1_200;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Keyring keys;
  private final InstantSource clock;

  public Passes(Keyring keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** A text's pass, or why it is none. */
  public sealed interface Verified {
    record Valid(Pass pass) implements Verified {}

    /** A genuine pass whose time is not now. */
    record Ended(Pass pass) implements Verified {}

    /** Not one of ours. */
    record Forged() implements Verified {}

    /** Our keys cannot be had at present. */
    record Unknown() implements Verified {}
  }

  /** The pass as a text; empty while our keys cannot be had. */
  public Optional<String> write(Pass pass) {
    return keys.signing().map(key -> write(pass, key));
  }

  public Verified verify(String text) {
    if (keys.unavailable()) {
      return new Verified.Unknown();
    }
    return genuine(text).<Verified>map(this::timely).orElseGet(Verified.Forged::new);
  }

  private Verified timely(Pass pass) {
    Instant now = clock.instant();
    return now.plus(SKEW).isBefore(pass.from()) || !now.isBefore(pass.until())
        ? new Verified.Ended(pass)
        : new Verified.Valid(pass);
  }

  private Optional<Pass> genuine(String text) {
    String[] parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    Optional<byte[]> claims = Ticket.octets(parts[1]);
    Optional<byte[]> signature = Ticket.octets(parts[2]);
    if (claims.isEmpty() || signature.isEmpty()) {
      return Optional.empty();
    }
    byte[] input = (parts[0] + '.' + parts[1]).getBytes(US_ASCII);
    return keyId(parts[0])
        .flatMap(keys::verifying)
        .filter(key -> header(key.id()).equals(parts[0]))
        .filter(key -> key.verifies(input, signature.get()))
        .map(_ -> claims(claims.get()));
  }

  private static Optional<String> keyId(String header) {
    return Ticket.octets(header)
        .map(StrictJson::read)
        .filter(StrictJson.Document.class::isInstance)
        .map(json -> ((StrictJson.Document) json).members().get("kid"))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  private static String write(Pass pass, SigningKey key) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", pass.holder().key());
    claims.put("queue", pass.queue());
    claims.put("event", pass.event());
    claims.put("ticket", pass.sequence());
    claims.put("nbf", pass.from().getEpochSecond());
    claims.put("exp", pass.until().getEpochSecond());
    String input = header(key.id()) + '.' + encode(Json.text(json -> Json.value(json, claims)));
    return input + '.' + BASE64.encodeToString(key.sign(input.getBytes(US_ASCII)));
  }

  private static String header(String keyId) {
    return encode("{\"alg\":\"EdDSA\",\"typ\":\"gatehouse-pass+jwt\",\"kid\":\"" + keyId + "\"}");
  }

  private static String encode(String text) {
    return BASE64.encodeToString(text.getBytes(UTF_8));
  }

  /** Claims that one of our keys has signed are as {@link #write} writes them. */
  private static Pass claims(byte[] json) {
    return switch (StrictJson.read(json)) {
      case StrictJson.Document(Map<String, Object> members) ->
          new Pass(
              String.valueOf(members.get("queue")),
              String.valueOf(members.get("event")),
              new Holder(String.valueOf(members.get("sub"))),
              number(members, "ticket"),
              Instant.ofEpochSecond(number(members, "nbf")),
              Instant.ofEpochSecond(number(members, "exp")));
      case StrictJson.Malformed(String reason) ->
          throw new IllegalStateException("signed claims: " + reason + " (expected: our own)");
    };
  }

  private static long number(Map<String, Object> members, String name) {
    return members.get(name) instanceof Long number ? number : 0;
  }
}
