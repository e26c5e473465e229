package dev.gatehouse.idempotency;

import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.idempotency.LedgerStore.Guard;
import dev.gatehouse.idempotency.LedgerStore.Part;
import dev.gatehouse.idempotency.LedgerStore.Settled;
import dev.gatehouse.idempotency.LedgerStore.Settlement;
import dev.gatehouse.idempotency.Standing.State;
import dev.gatehouse.lifecycle.Participant;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The protocol of protocols.md section 3 over conditional writes.
 *
 * <p>A record is IN_FLIGHT under one owner, then DONE with its answer, or UNKNOWN; or it is
 * released because nothing was sent. {@link #begin} is one conditional write. Settling is
 * conditional on the owner and on IN_FLIGHT, so a zombie can change neither its successor's record
 * nor a finished one. The model in docs/model/Ledger.tla is this protocol; TLC checks it in the
 * build.
 *
 * <p>Clocks. No invariant rests on two clocks that agree:
 *
 * <ul>
 *   <li>An owner compares its lease with its own clock, which also wrote it.
 *   <li>Others use {@code leaseUntil} only to tell "in flight" from "unknown", and, where the back
 *       end recognises repeats, to take over, which is safe at any time.
 *   <li>A record may be forgotten from {@code expiresAt} on. It is written {@link #SKEW} twice
 *       later than the ttl asks for, so that a writer that is slow by {@link #SKEW} and a reader
 *       that is fast by as much still keep a key for its whole ttl. An operator's word on an
 *       attempt that never ended waits as long.
 * </ul>
 */
public final class Ledger implements Participant {
  /** How far a clock may be off, either way. */
  public static final Duration SKEW = Duration.ofMinutes(5);

  /** Parts go later than their record, never before it. */
  private static final Duration PARTS_OUTLIVE = Duration.ofHours(1);

  private static final int OWNER_OCTETS = 16;
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final LedgerStore store;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** A ledger in a table. */
  public Ledger(Dynamo dynamo, String table, InstantSource clock) {
    this(new DynamoLedger(dynamo, table), clock);
  }

  Ledger(LedgerStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Claims a record: one conditional write, and a read only for an answer that is in parts. */
  public Outcome begin(Claim claim) {
    Instant now = clock.instant();
    Fence fence =
        new Fence(
            claim.id(),
            owner(),
            now.plus(claim.lease()),
            now.plus(claim.ttl()).plus(SKEW.multipliedBy(2)).plusMillis(999));
    LedgerRecord record = LedgerRecord.inFlight(fence, claim.fingerprint(), now.toEpochMilli());
    try {
      return store
          .claim(record, now, claim.takeover())
          .map(standing -> outcome(standing, record, fence, now))
          .orElseGet(() -> new Outcome.Proceed(fence));
    } catch (LedgerUnavailable e) {
      if (e.isAmbiguous()) {
        release(fence);
      }
      return new Outcome.Unavailable(e.reason());
    }
  }

  /**
   * Records the answer; until it is recorded, nobody may be told of success.
   *
   * @return {@link Completion.Recorded} also when an earlier try of ours had arrived
   */
  public Completion complete(Fence fence, GatewayResponse response) {
    Instant now = clock.instant();
    if (!now.isBefore(fence.leaseUntil())) {
      return new Completion.Late();
    }
    byte[] packed =
        PackedResponse.pack(response.withHeaders(ReplayableFields.of(response.headers())));
    try {
      Settlement done = settlement(fence, response.status(), packed);
      return switch (store.settle(fence.id().text(), Guard.of(fence, clock.instant()), done)) {
        case Settled.Applied() -> new Completion.Recorded();
        case Settled.Rejected(Optional<LedgerRecord> standing) -> rejected(fence, standing);
      };
    } catch (LedgerUnavailable e) {
      return new Completion.Unrecorded(e.reason());
    }
  }

  /** Gives the key back: nothing was sent. Best effort; a record that stays turns unknown. */
  public boolean release(Fence fence) {
    try {
      return store.release(fence.id().text(), Guard.of(fence, null));
    } catch (LedgerUnavailable e) {
      return false;
    }
  }

  /** Says that the end is not known. Best effort; the end of the lease says the same. */
  public boolean markUnknown(Fence fence) {
    try {
      return store.settle(fence.id().text(), Guard.of(fence, null), Settlement.UNKNOWN)
          instanceof Settled.Applied;
    } catch (LedgerUnavailable e) {
      return false;
    }
  }

  /**
   * How a record stands; empty when there is none that counts.
   *
   * @throws LedgerUnavailable when the store does not answer
   */
  public Optional<Standing> find(RecordId id) {
    Instant now = clock.instant();
    return store
        .find(id.text())
        .filter(record -> !record.isExpired(now))
        .map(record -> standing(record, now));
  }

  /**
   * An operator's word on a record whose end is unknown.
   *
   * @param note why, kept with the record
   * @throws LedgerUnavailable when the store does not answer
   */
  public Resolution resolve(RecordId id, Verdict verdict, String note) {
    Instant now = clock.instant();
    Optional<LedgerRecord> found = store.find(id.text()).filter(record -> !record.isExpired(now));
    if (found.isEmpty()) {
      return new Resolution.NotFound();
    }
    LedgerRecord record = found.get();
    if (!isResolvable(record, now)) {
      return new Resolution.NotUnknown(standing(record, now));
    }
    Guard guard = new Guard(record.owner(), record.state(), null);
    boolean applied =
        switch (verdict) {
          case Verdict.Done(GatewayResponse answer) ->
              store.settle(record.id(), guard, resolved(answer, note)) instanceof Settled.Applied;
          case Verdict.NotExecuted() -> store.release(record.id(), guard);
        };
    return applied ? new Resolution.Resolved() : new Resolution.NotUnknown(standing(record, now));
  }

  /** Reads a record that does not exist through the whole client. */
  @Override
  public void prime() {
    store.find("rehearsal");
  }

  private String owner() {
    byte[] octets = new byte[OWNER_OCTETS];
    random.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** What a record that did not give way to ours means. */
  private Outcome outcome(LedgerRecord standing, LedgerRecord ours, Fence fence, Instant now) {
    if (standing.owner().equals(fence.owner()) && standing.state() == State.IN_FLIGHT) {
      // An earlier try of this very write arrived and only its acknowledgement was lost.
      return new Outcome.Proceed(fence);
    }
    if (!standing.fingerprint().equals(ours.fingerprint())) {
      return new Outcome.Mismatch();
    }
    return outcome(standing, now);
  }

  private Outcome outcome(LedgerRecord standing, Instant now) {
    return switch (standing.state()) {
      case DONE -> replay(standing);
      case UNKNOWN -> new Outcome.Unknown();
      case IN_FLIGHT ->
          standing.isLeased(now)
              ? new Outcome.InFlight(wait(standing, now))
              : new Outcome.Unknown();
    };
  }

  private Outcome replay(LedgerRecord done) {
    try {
      byte[] inline = done.response();
      byte[] packed = inline != null ? inline : parts(done);
      return new Outcome.Replay(PackedResponse.unpack(packed));
    } catch (LedgerUnavailable e) {
      return new Outcome.Unavailable(e.reason());
    } catch (IOException e) {
      return new Outcome.Unavailable("damaged answer");
    }
  }

  private byte[] parts(LedgerRecord done) throws IOException {
    List<byte[]> parts = store.parts(done.id(), done.owner());
    if (parts.size() != done.parts()) {
      throw new IOException(parts.size() + " parts (expected: " + done.parts() + ")");
    }
    return PackedResponse.join(parts);
  }

  private static Duration wait(LedgerRecord inFlight, Instant now) {
    Duration left = Duration.between(now, Instant.ofEpochMilli(inFlight.leaseUntil()));
    return left.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left;
  }

  /** Writes the parts, if it takes any, before the record that points at them. */
  private Settlement settlement(Fence fence, int status, byte[] packed) {
    if (packed.length <= PackedResponse.LONGEST_PIECE) {
      return new Settlement(State.DONE, status, packed, 0, null);
    }
    List<byte[]> pieces = PackedResponse.pieces(packed);
    long expiresAt = fence.expiresAt().plus(PARTS_OUTLIVE).getEpochSecond();
    for (int i = 0; i < pieces.size(); i++) {
      store.putPart(new Part(fence.id().text(), fence.owner(), i + 1, pieces.get(i), expiresAt));
    }
    return new Settlement(State.DONE, status, null, pieces.size(), null);
  }

  private Completion rejected(Fence fence, Optional<LedgerRecord> standing) {
    if (standing.isEmpty()) {
      return new Completion.Superseded(new Outcome.Unknown());
    }
    LedgerRecord record = standing.get();
    if (!record.owner().equals(fence.owner())) {
      return new Completion.Superseded(outcome(record, clock.instant()));
    }
    return switch (record.state()) {
      case DONE ->
          record.note() == null
              ? new Completion.Recorded()
              : new Completion.Superseded(outcome(record, clock.instant()));
      case IN_FLIGHT -> new Completion.Late();
      case UNKNOWN -> new Completion.Superseded(new Outcome.Unknown());
    };
  }

  private Settlement resolved(GatewayResponse answer, String note) {
    return new Settlement(State.DONE, answer.status(), PackedResponse.pack(answer), 0, note);
  }

  private static Standing standing(LedgerRecord record, Instant now) {
    boolean abandoned = record.state() == State.IN_FLIGHT && !record.isLeased(now);
    return new Standing(
        abandoned ? State.UNKNOWN : record.state(),
        record.status(),
        Instant.ofEpochMilli(record.createdAt()),
        Instant.ofEpochMilli(record.leaseUntil()),
        Instant.ofEpochSecond(record.expiresAt()),
        isResolvable(record, now));
  }

  /** An attempt that never ended is over for everybody once clocks cannot be that far apart. */
  private static boolean isResolvable(LedgerRecord record, Instant now) {
    return switch (record.state()) {
      case DONE -> false;
      case UNKNOWN -> true;
      case IN_FLIGHT -> !record.isLeased(now.minus(SKEW.multipliedBy(2)));
    };
  }
}
