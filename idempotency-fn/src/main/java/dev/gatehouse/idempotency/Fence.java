package dev.gatehouse.idempotency;

import java.time.Instant;

/**
 * The right to settle one record: it works while the record is in flight under this owner, and only
 * until the lease ends by the owner's own clock.
 *
 * @param owner random for every attempt, so that no two attempts ever share a fence
 * @param leaseUntil after it the owner commits nothing
 * @param expiresAt when the record may be forgotten
 */
public record Fence(RecordId id, String owner, Instant leaseUntil, Instant expiresAt) {}
