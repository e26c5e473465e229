package dev.gatehouse.idempotency;

import java.time.Duration;

/**
 * A wish to carry out a request.
 *
 * @param lease how long the owner may take; it has to end before the record may be forgotten
 * @param ttl how long the record is kept at least
 * @param takeover whether the back end recognises repeats itself, so that an attempt whose end is
 *     unknown may be made again
 */
public record Claim(
    RecordId id, Fingerprint fingerprint, Duration lease, Duration ttl, boolean takeover) {
  public Claim {
    if (lease.isNegative() || lease.isZero() || lease.compareTo(ttl) > 0) {
      throw new IllegalArgumentException(
          "lease " + lease + " (expected: up to the ttl, " + ttl + ")");
    }
  }
}
