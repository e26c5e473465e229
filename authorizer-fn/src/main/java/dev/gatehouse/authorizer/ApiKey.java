package dev.gatehouse.authorizer;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.identity.Principal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What is stored of an API key: whose it is and what it may, never the key.
 *
 * @param digest the pepper's, in base64url
 * @param owner the subject that requests with the key have
 * @param name a note for people
 * @param endsAt until when it is accepted; without end unless set
 * @param replaces the id of the key that this one was made for
 * @param lastUsed the day (UTC) of its last use, written once a day
 */
record ApiKey(
    String id,
    String digest,
    String owner,
    String name,
    List<String> scopes,
    List<String> roles,
    Optional<String> tier,
    Instant createdAt,
    Optional<Instant> endsAt,
    Optional<String> replaces,
    Optional<Instant> revokedAt,
    Optional<LocalDate> lastUsed) {

  ApiKey {
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
  }

  /** Whether it is accepted. */
  boolean alive(Instant now) {
    return revokedAt.isEmpty() && endsAt.filter(end -> !now.isBefore(end)).isEmpty();
  }

  /** Who calls with it. */
  Principal principal() {
    return new Principal(
        CredentialKind.API_KEY,
        "",
        owner,
        Optional.empty(),
        roles,
        scopes,
        tier,
        Optional.of(id),
        Optional.empty(),
        endsAt);
  }

  /** The same key after a use. */
  ApiKey usedOn(LocalDate day) {
    return new ApiKey(
        id,
        digest,
        owner,
        name,
        scopes,
        roles,
        tier,
        createdAt,
        endsAt,
        replaces,
        revokedAt,
        Optional.of(day));
  }

  /** Another key for the same owner and purpose. */
  ApiKey successor(String newId, String newDigest, Instant now, Optional<Instant> newEnd) {
    return new ApiKey(
        newId,
        newDigest,
        owner,
        name,
        scopes,
        roles,
        tier,
        now,
        newEnd,
        Optional.of(id),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public String toString() {
    return "API key " + id + " of " + owner;
  }
}
