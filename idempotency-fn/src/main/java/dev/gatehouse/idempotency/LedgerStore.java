package dev.gatehouse.idempotency;

import dev.gatehouse.idempotency.Standing.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records with conditional writes. Every method throws {@link LedgerUnavailable} when the store
 * does not answer; a write may then have happened or not.
 */
interface LedgerStore {
  /**
   * Writes a record, unless one is there that still counts, in one conditional write and without a
   * read before it. One that counts gives way only
   *
   * <ul>
   *   <li>when it is expired, or
   *   <li>with {@code takeover} and the same fingerprint: when it is unknown, or in flight after
   *       its lease.
   * </ul>
   *
   * @return the record that did not give way; empty when written
   */
  Optional<LedgerRecord> claim(LedgerRecord record, Instant now, boolean takeover);

  /** Changes a record, if it still stands as the guard says. */
  Settled settle(String id, Guard guard, Settlement settlement);

  /** Deletes a record, if it still stands as the guard says; whether it was deleted. */
  boolean release(String id, Guard guard);

  /** The record as it stands, read consistently, expired ones included. */
  Optional<LedgerRecord> find(String id);

  /** Writes one part of an owner's packed answer, numbered from 1. */
  void putPart(Part part);

  /** All parts of an owner's packed answer in their order, read consistently. */
  List<byte[]> parts(String id, String owner);

  /**
   * What a record must be like to be changed.
   *
   * @param leasedAt the moment at which its lease must still run; null where it does not matter
   */
  record Guard(String owner, State state, @Nullable Instant leasedAt) {
    static Guard of(Fence fence, @Nullable Instant leasedAt) {
      return new Guard(fence.owner(), State.IN_FLIGHT, leasedAt);
    }
  }

  /** What is written over a record; everything else of it stays. */
  @SuppressWarnings("ArrayRecordComponent") // Packed octets are handed on, never compared.
  record Settlement(
      State state, int status, byte @Nullable [] response, int parts, @Nullable String note) {
    static final Settlement UNKNOWN = new Settlement(State.UNKNOWN, 0, null, 0, null);
  }

  /** The result of a change. */
  sealed interface Settled {
    record Applied() implements Settled {}

    /**
     * The guard did not hold.
     *
     * @param standing the record; empty when there is none
     */
    record Rejected(Optional<LedgerRecord> standing) implements Settled {}
  }

  /**
   * One part. It is stored under record and owner together, so that the parts of a zombie and of
   * its successor can never be mixed.
   */
  @SuppressWarnings("ArrayRecordComponent") // Packed octets are handed on, never compared.
  record Part(String id, String owner, int number, byte[] octets, long expiresAt) {}
}
