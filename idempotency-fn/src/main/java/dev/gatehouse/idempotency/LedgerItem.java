package dev.gatehouse.idempotency;

import dev.gatehouse.idempotency.LedgerStore.Part;
import dev.gatehouse.idempotency.LedgerStore.Settlement;
import dev.gatehouse.idempotency.Standing.State;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/**
 * One item of the table: a record ({@code part} 0), one part of an answer, or the attributes that
 * an update writes. An attribute that is null is not written.
 */
final class LedgerItem {
  /** The sort key of a record; parts are numbered from 1. */
  static final int RECORD = 0;

  @Nullable String id;
  @Nullable Integer part;
  @Nullable String owner;
  @Nullable String state;
  @Nullable String fingerprint;
  @Nullable Long createdAt;
  @Nullable Long leaseUntil;
  @Nullable Long expiresAt;
  @Nullable Integer status;
  @Nullable SdkBytes response;
  @Nullable Integer parts;
  @Nullable String note;

  static LedgerItem of(LedgerRecord record) {
    LedgerItem item = at(record.id(), RECORD);
    item.owner = record.owner();
    item.state = record.state().name();
    item.fingerprint = record.fingerprint();
    item.createdAt = record.createdAt();
    item.leaseUntil = record.leaseUntil();
    item.expiresAt = record.expiresAt();
    return item;
  }

  static LedgerItem of(Part part) {
    LedgerItem item = at(partition(part.id(), part.owner()), part.number());
    item.response = SdkBytes.fromByteArrayUnsafe(part.octets());
    item.expiresAt = part.expiresAt();
    return item;
  }

  static LedgerItem of(String id, Settlement settlement) {
    LedgerItem item = at(id, RECORD);
    item.state = settlement.state().name();
    item.note = settlement.note();
    if (settlement.state() == State.DONE) {
      byte[] response = settlement.response();
      item.status = settlement.status();
      item.parts = settlement.parts();
      item.response = response == null ? null : SdkBytes.fromByteArrayUnsafe(response);
    }
    return item;
  }

  /** The partition of an owner's parts: a zombie's are not its successor's. */
  static String partition(String id, String owner) {
    return id + "#" + owner;
  }

  LedgerRecord toRecord() {
    return new LedgerRecord(
        Objects.requireNonNull(id),
        Objects.requireNonNull(owner),
        State.valueOf(Objects.requireNonNull(state)),
        Objects.requireNonNull(fingerprint),
        Objects.requireNonNull(createdAt),
        Objects.requireNonNull(leaseUntil),
        Objects.requireNonNull(expiresAt),
        Objects.requireNonNullElse(status, 0),
        response == null ? null : response.asByteArrayUnsafe(),
        Objects.requireNonNullElse(parts, 0),
        note);
  }

  private static LedgerItem at(String id, int part) {
    LedgerItem item = new LedgerItem();
    item.id = id;
    item.part = part;
    return item;
  }
}
