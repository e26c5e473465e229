package dev.gatehouse.authorizer;

import dev.gatehouse.identity.AccessIds;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of a token, of a subject's tokens, or of an API key, until it is lifted or of no use any
 * more.
 *
 * @param target what it is about
 * @param issuedBefore with a subject: tokens that were issued before; all unless set
 * @param reason a note for people
 * @param by who revoked
 * @param expiresAt when no such credential can be accepted any more; unless set it stands
 */
record Revocation(
    Target target,
    Optional<Instant> issuedBefore,
    String reason,
    String by,
    Instant createdAt,
    Optional<Instant> expiresAt) {

  /** What is revoked. */
  sealed interface Target {
    record Token(String issuer, String jti) implements Target {}

    record Subject(String issuer, String name) implements Target {}

    record Key(String id) implements Target {}
  }

  /** Under which it is listed and lifted. */
  String id() {
    return switch (target) {
      case Target.Token(String issuer, String jti) -> AccessIds.ofToken(issuer, jti);
      case Target.Subject(String issuer, String name) -> AccessIds.ofSubject(issuer, name);
      case Target.Key(String keyId) -> AccessIds.ofKey(keyId);
    };
  }
}
