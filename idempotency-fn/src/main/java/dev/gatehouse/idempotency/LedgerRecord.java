package dev.gatehouse.idempotency;

import dev.gatehouse.idempotency.Standing.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record as it is stored.
 *
 * @param leaseUntil milliseconds since 1970
 * @param expiresAt seconds since 1970, DynamoDB's TTL attribute; looked at in every condition,
 *     because deletion lags by days
 * @param status of the answer, when done
 * @param response the packed answer, unless it is in parts
 * @param parts how many parts hold the packed answer; 0 when it stands here
 * @param note an operator's, when one resolved it
 */
@SuppressWarnings("ArrayRecordComponent") // Packed octets are handed on, never compared.
record LedgerRecord(
    String id,
    String owner,
    State state,
    String fingerprint,
    long createdAt,
    long leaseUntil,
    long expiresAt,
    int status,
    byte @Nullable [] response,
    int parts,
    @Nullable String note) {

  static LedgerRecord inFlight(Fence fence, Fingerprint fingerprint, long createdAt) {
    return new LedgerRecord(
        fence.id().text(),
        fence.owner(),
        State.IN_FLIGHT,
        fingerprint.text(),
        createdAt,
        fence.leaseUntil().toEpochMilli(),
        fence.expiresAt().getEpochSecond(),
        0,
        null,
        0,
        null);
  }

  boolean isExpired(Instant now) {
    return expiresAt <= now.getEpochSecond();
  }

  boolean isLeased(Instant now) {
    return leaseUntil > now.toEpochMilli();
  }
}
