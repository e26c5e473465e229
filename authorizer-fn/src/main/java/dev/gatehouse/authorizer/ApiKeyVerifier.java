package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides whether an API key is genuine, and whose it is.
 *
 * <p>The order is fixed: one field, spelling, pepper, record, digest, end. An id that nobody has is
 * compared with a digest that no key has: it costs what a wrong secret costs, and both are answered
 * alike. A key that is refused stays refused; where the table or the pepper does not answer nobody
 * comes in, and no cache keeps that.
 */
final class ApiKeyVerifier {
  private static final String NOBODYS_DIGEST = "A".repeat(43);

  private final Supplier<Optional<Pepper>> pepper;
  private final HeldApiKeys keys;
  private final InstantSource clock;

  ApiKeyVerifier(Supplier<Optional<Pepper>> pepper, HeldApiKeys keys, InstantSource clock) {
    this.pepper = pepper;
    this.keys = keys;
    this.clock = clock;
  }

  /** Decides by all fields of the key's header. */
  Outcome verify(List<String> fields) {
    if (fields.size() != 1) {
      // The answer would be kept under one of them alone.
      return Refused.forNow(ErrorCode.INVALID_API_KEY, fields.size() + " API keys (expected: one)");
    }
    return ApiKeyText.parse(fields.getFirst())
        .map(this::verify)
        .orElseGet(() -> refused("API key of another form (expected: gk_, id, secret)"));
  }

  private Outcome verify(ApiKeyText text) {
    Outcome outcome =
        pepper
            .get()
            .map(known -> verify(text, known))
            .orElseGet(() -> unavailable("no pepper (expected: one that can be read)"));
    return outcome instanceof Refused refused ? refused.ofKey(text.id()) : outcome;
  }

  private Outcome verify(ApiKeyText text, Pepper known) {
    String digest = known.digest(text);
    return switch (keys.find(text.id(), known.sealed(text.id()))) {
      case Stored.Unavailable<Optional<ApiKey>>(String reason) ->
          unavailable("API keys: " + reason);
      case Stored.Answered<Optional<ApiKey>>(Optional<ApiKey> found) ->
          same(digest, found.map(ApiKey::digest).orElse(NOBODYS_DIGEST)) && found.isPresent()
              ? genuine(found.get())
              : refused(found.isPresent() ? "API key with another secret" : "API key unknown");
    };
  }

  private Outcome genuine(ApiKey key) {
    if (key.revokedAt().isPresent()) {
      return refused("API key is revoked").counted(false);
    }
    if (!key.alive(clock.instant())) {
      return refused("API key has ended").counted(false);
    }
    keys.used(key);
    return new Allowed(key.principal(), Optional.of(key.id()));
  }

  /** In a time that does not depend on where they differ. */
  private static boolean same(String digest, String stored) {
    return MessageDigest.isEqual(
        digest.getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
  }

  private static Refused refused(String reason) {
    return new Refused(ErrorCode.INVALID_API_KEY, reason);
  }

  private static Outcome unavailable(String reason) {
    return Refused.forNow(ErrorCode.INVALID_API_KEY, reason);
  }
}
