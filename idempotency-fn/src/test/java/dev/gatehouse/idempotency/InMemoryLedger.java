package dev.gatehouse.idempotency;

import dev.gatehouse.idempotency.Standing.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Records in memory, with the same conditions; nothing is ever deleted for its age. */
final class InMemoryLedger implements LedgerStore {
  private final Map<String, LedgerRecord> records = new HashMap<>();
  private final Map<String, TreeMap<Integer, byte[]>> parts = new HashMap<>();

  @Override
  public synchronized Optional<LedgerRecord> claim(
      LedgerRecord record, Instant now, boolean takeover) {
    LedgerRecord standing = records.get(record.id());
    if (standing == null || standing.isExpired(now)) {
      records.put(record.id(), record);
      return Optional.empty();
    }
    boolean abandoned =
        standing.state() == State.UNKNOWN
            || (standing.state() == State.IN_FLIGHT && !standing.isLeased(now));
    if (takeover && abandoned && standing.fingerprint().equals(record.fingerprint())) {
      records.put(record.id(), record);
      return Optional.empty();
    }
    return Optional.of(standing);
  }

  @Override
  public synchronized Settled settle(String id, Guard guard, Settlement settlement) {
    LedgerRecord standing = records.get(id);
    if (standing == null || !holds(guard, standing)) {
      return new Settled.Rejected(Optional.ofNullable(standing));
    }
    boolean done = settlement.state() == State.DONE;
    records.put(
        id,
        new LedgerRecord(
            id,
            standing.owner(),
            settlement.state(),
            standing.fingerprint(),
            standing.createdAt(),
            standing.leaseUntil(),
            standing.expiresAt(),
            done ? settlement.status() : standing.status(),
            done ? settlement.response() : standing.response(),
            done ? settlement.parts() : standing.parts(),
            settlement.note()));
    return new Settled.Applied();
  }

  @Override
  public synchronized boolean release(String id, Guard guard) {
    LedgerRecord standing = records.get(id);
    if (standing == null || !holds(guard, standing)) {
      return false;
    }
    records.remove(id);
    return true;
  }

  @Override
  public synchronized Optional<LedgerRecord> find(String id) {
    return Optional.ofNullable(records.get(id));
  }

  @Override
  public synchronized void putPart(Part part) {
    parts
        .computeIfAbsent(LedgerItem.partition(part.id(), part.owner()), id -> new TreeMap<>())
        .put(part.number(), part.octets());
  }

  @Override
  public synchronized List<byte[]> parts(String id, String owner) {
    return new ArrayList<>(
        parts.getOrDefault(LedgerItem.partition(id, owner), new TreeMap<>()).values());
  }

  private static boolean holds(Guard guard, LedgerRecord standing) {
    Instant leasedAt = guard.leasedAt();
    return standing.owner().equals(guard.owner())
        && standing.state() == guard.state()
        && (leasedAt == null || standing.isLeased(leasedAt));
  }
}
