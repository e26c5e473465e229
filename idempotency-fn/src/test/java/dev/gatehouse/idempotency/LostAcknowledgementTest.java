package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.idempotency.LossyStore.Loss;
import dev.gatehouse.idempotency.Standing.State;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A write whose acknowledgement is lost has happened; one whose request is lost has not. */
final class LostAcknowledgementTest {
  private static final GatewayResponse CREATED =
      new GatewayResponse(201, Headers.EMPTY, "{}".getBytes(UTF_8));

  private final ManualClock clock = new ManualClock();
  private final InMemoryLedger records = new InMemoryLedger();
  private final LossyStore store = new LossyStore(records);
  private final Ledger ledger = new Ledger(store, clock);
  private final Claim claim =
      new Claim(
          new RecordId("r"),
          Fingerprint.ofPayload(new byte[0]),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          false);

  @Test
  void ofABeginNothingIsLeftBehind() {
    store.loseNext(Loss.ACKNOWLEDGEMENT);
    assertThat(ledger.begin(claim)).isEqualTo(new Outcome.Unavailable("IOException"));
    assertThat(records.find("r")).isEmpty();
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.Proceed.class);
  }

  @Test
  void aClaimThatMeetsItselfIsItsOwn() {
    store.retryNext();
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.Proceed.class);
  }

  @Test
  void ofACompleteTheAnswerIsDurableAndTheNextTryFindsItsOwn() {
    Fence fence = ((Outcome.Proceed) ledger.begin(claim)).fence();
    store.loseNext(Loss.ACKNOWLEDGEMENT);
    assertThat(ledger.complete(fence, CREATED)).isEqualTo(new Completion.Unrecorded("IOException"));
    assertThat(ledger.complete(fence, CREATED)).isEqualTo(new Completion.Recorded());
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.Replay.class);
  }

  @Test
  void aLostCompleteLeavesTheRecordToItsLease() {
    Fence fence = ((Outcome.Proceed) ledger.begin(claim)).fence();
    store.loseNext(Loss.REQUEST);
    assertThat(ledger.complete(fence, CREATED)).isEqualTo(new Completion.Unrecorded("IOException"));
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.InFlight.class);
    clock.advance(Duration.ofSeconds(10));
    assertThat(ledger.find(claim.id()).map(Standing::state)).isEqualTo(Optional.of(State.UNKNOWN));
  }
}
