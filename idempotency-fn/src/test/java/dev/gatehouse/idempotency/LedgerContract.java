package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, over whichever store. */
abstract class LedgerContract {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN = TTL.plus(Ledger.SKEW.multipliedBy(2)).plusSeconds(1);
  private static final Fingerprint REQUEST = Fingerprint.ofPayload("a".getBytes(UTF_8));
  private static final Fingerprint OTHER = Fingerprint.ofPayload("b".getBytes(UTF_8));
  private static final GatewayResponse CREATED = answer("{\"id\":1}");

  private final ManualClock clock = new ManualClock();
  private final RecordId id = new RecordId(UUID.randomUUID().toString());

  abstract LedgerStore store();

  private Ledger ledger() {
    return new Ledger(store(), clock);
  }

  @Test
  void theFirstProceedsAndAnotherIsToldToWait() {
    Fence fence = proceed(begin());
    assertThat(fence.leaseUntil()).isEqualTo(clock.instant().plus(LEASE));
    clock.advance(Duration.ofSeconds(10));
    assertThat(begin()).isEqualTo(new Outcome.InFlight(Duration.ofSeconds(20)));
  }

  @Test
  void aRecordedAnswerIsReplayed() {
    assertThat(ledger().complete(proceed(begin()), CREATED)).isEqualTo(new Completion.Recorded());
    assertReplayed(begin(), CREATED);
  }

  @Test
  void theKeyOfAnotherRequestIsAMismatchInEveryState() {
    Fence fence = proceed(begin());
    assertThat(begin(OTHER, false)).isEqualTo(new Outcome.Mismatch());
    ledger().complete(fence, CREATED);
    assertThat(begin(OTHER, false)).isEqualTo(new Outcome.Mismatch());
  }

  @Test
  void notEvenATakeoverExecutesAnotherRequest() {
    Fence fence = proceed(begin());
    clock.advance(LEASE);
    assertThat(begin(OTHER, true)).isEqualTo(new Outcome.Mismatch());
    ledger().markUnknown(fence);
    assertThat(begin(OTHER, true)).isEqualTo(new Outcome.Mismatch());
  }

  @Test
  void aReleasedKeyIsFree() {
    assertThat(ledger().release(proceed(begin()))).isTrue();
    proceed(begin(OTHER, false));
  }

  @Test
  void anAttemptThatNeverEndedIsUnknownOnceItsLeaseIsOver() {
    proceed(begin());
    clock.advance(LEASE.minusMillis(1));
    assertThat(begin()).isEqualTo(new Outcome.InFlight(Duration.ofSeconds(1)));
    clock.advance(Duration.ofMillis(1));
    assertThat(begin()).isEqualTo(new Outcome.Unknown());
  }

  @Test
  void withoutTakeoverAnUnknownEndStaysUnknownUntilItExpires() {
    assertThat(ledger().markUnknown(proceed(begin()))).isTrue();
    clock.advance(TTL);
    assertThat(begin()).isEqualTo(new Outcome.Unknown());
    clock.advance(FORGOTTEN.minus(TTL));
    proceed(begin());
  }

  @Test
  void withTakeoverAnUnknownEndIsTriedAgain() {
    Fence first = proceed(begin());
    ledger().markUnknown(first);
    Fence second = proceed(begin(REQUEST, true));
    assertThat(second.owner()).isNotEqualTo(first.owner());
  }

  @Test
  void aTakeoverWaitsForTheLease() {
    proceed(begin());
    assertThat(begin(REQUEST, true)).isInstanceOf(Outcome.InFlight.class);
    clock.advance(LEASE);
    proceed(begin(REQUEST, true));
  }

  @Test
  void aZombieChangesNothingOfItsSuccessor() {
    Fence zombie = proceed(begin());
    Fence early =
        new Fence(id, zombie.owner(), zombie.leaseUntil().plus(LEASE), zombie.expiresAt());
    clock.advance(LEASE);
    Fence successor = proceed(begin(REQUEST, true));
    assertThat(ledger().release(early)).isFalse();
    assertThat(ledger().markUnknown(early)).isFalse();
    assertThat(ledger().complete(early, answer("zombie")))
        .isInstanceOfSatisfying(
            Completion.Superseded.class,
            late -> assertThat(late.standing()).isInstanceOf(Outcome.InFlight.class));
    assertThat(ledger().complete(successor, CREATED)).isEqualTo(new Completion.Recorded());
    assertThat(ledger().complete(early, answer("zombie")))
        .isInstanceOfSatisfying(
            Completion.Superseded.class, late -> assertReplayed(late.standing(), CREATED));
    assertReplayed(begin(), CREATED);
  }

  @Test
  void aZombiesPartsAreNeverMixedWithItsSuccessors() {
    Fence zombie = proceed(begin());
    Fence early =
        new Fence(id, zombie.owner(), zombie.leaseUntil().plus(LEASE), zombie.expiresAt());
    clock.advance(LEASE);
    Fence successor = proceed(begin(REQUEST, true));
    GatewayResponse large = random(800 * 1024, 1);
    assertThat(ledger().complete(successor, large)).isEqualTo(new Completion.Recorded());
    ledger().complete(early, random(900 * 1024, 2));
    assertReplayed(begin(), large);
  }

  @Test
  void afterItsLeaseTheOwnerCommitsNothing() {
    Fence fence = proceed(begin());
    clock.advance(LEASE);
    assertThat(ledger().complete(fence, CREATED)).isEqualTo(new Completion.Late());
    assertThat(begin()).isEqualTo(new Outcome.Unknown());
  }

  @Test
  void aRecordThatWasDeletedUnderItsOwnerIsNotMadeAgain() {
    Fence fence = proceed(begin());
    ledger().release(fence);
    assertThat(ledger().complete(fence, CREATED))
        .isEqualTo(new Completion.Superseded(new Outcome.Unknown()));
    proceed(begin());
  }

  @Test
  void aFinishedRecordStaysFinished() {
    Fence fence = proceed(begin());
    ledger().complete(fence, CREATED);
    assertThat(ledger().release(fence)).isFalse();
    assertThat(ledger().markUnknown(fence)).isFalse();
    assertThat(ledger().complete(fence, answer("other"))).isEqualTo(new Completion.Recorded());
    clock.advance(TTL);
    assertReplayed(begin(REQUEST, true), CREATED);
  }

  @Test
  void anExpiredRecordIsNoRecordThoughTheStoreKeepsIt() {
    Fence old = proceed(begin());
    ledger().complete(old, CREATED);
    clock.advance(FORGOTTEN);
    assertThat(ledger().find(id)).isEmpty();
    assertThat(store().find(id.text())).isPresent();
    Fence fresh = proceed(begin(OTHER, false));
    assertThat(ledger().complete(fresh, answer("new"))).isEqualTo(new Completion.Recorded());
    assertReplayed(begin(OTHER, false), answer("new"));
  }

  @Test
  void clocksThatAreOffKeepAKeyForItsWholeTtl() {
    ManualClock slow = new ManualClock();
    ManualClock fast = new ManualClock();
    slow.advance(Ledger.SKEW.negated());
    fast.advance(Ledger.SKEW.plus(TTL).minusMillis(1));
    Fence fence = proceed(new Ledger(store(), slow).begin(claim(REQUEST, false)));
    assertThat(new Ledger(store(), fast).begin(claim(REQUEST, false)))
        .isEqualTo(new Outcome.Unknown());
    assertThat(new Ledger(store(), slow).complete(fence, CREATED))
        .isEqualTo(new Completion.Recorded());
    assertReplayed(new Ledger(store(), fast).begin(claim(REQUEST, false)), CREATED);
  }

  @Test
  void anOwnerWithASlowClockStillCommitsWithinItsOwnLease() {
    ManualClock slow = new ManualClock();
    slow.advance(Ledger.SKEW.negated());
    Fence fence = proceed(new Ledger(store(), slow).begin(claim(REQUEST, false)));
    slow.advance(LEASE.minusMillis(1));
    assertThat(new Ledger(store(), slow).complete(fence, CREATED))
        .isEqualTo(new Completion.Recorded());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 349 * 1024, 350 * 1024, 351 * 1024, 5 * 1024 * 1024})
  void anAnswerOfAnySizeComesBackOctetByOctet(int size) {
    GatewayResponse random = random(size, 7);
    assertThat(ledger().complete(proceed(begin()), random)).isEqualTo(new Completion.Recorded());
    assertReplayed(begin(), random);
  }

  @Test
  void anAnswerInPartsThatIsNotWholeIsNeverReplayed() {
    Fence fence = proceed(begin());
    store()
        .settle(
            id.text(),
            LedgerStore.Guard.of(fence, null),
            new LedgerStore.Settlement(Standing.State.DONE, 200, null, 3, null));
    assertThat(begin()).isEqualTo(new Outcome.Unavailable("damaged answer"));
  }

  @Test
  void sessionsAndMomentsAreNotStoredAndRepeatedFieldsAre() {
    GatewayResponse full =
        new GatewayResponse(
            201,
            Headers.of(
                "Link",
                "</a>",
                "Set-Cookie",
                "s=1",
                "link",
                "</b>",
                "X-Request-ID",
                "r1",
                "Date",
                "now",
                "Connection",
                "X-Hop",
                "X-Hop",
                "1",
                "Content-Type",
                "a/b"),
            new byte[] {0, -1, 10, 13});
    ledger().complete(proceed(begin()), full);
    assertReplayed(
        begin(),
        new GatewayResponse(
            201, Headers.of("Link", "</a>", "link", "</b>", "Content-Type", "a/b"), full.body()));
  }

  @Test
  void ofManyAtOnceOneProceeds() throws InterruptedException, ExecutionException {
    List<Callable<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(this::begin);
    }
    int proceeded = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Outcome> one : threads.invokeAll(all)) {
        proceeded += one.get() instanceof Outcome.Proceed ? 1 : 0;
      }
    }
    assertThat(proceeded).isEqualTo(1);
  }

  @Test
  void itsStandingIsTold() {
    assertThat(ledger().find(id)).isEmpty();
    Fence fence = proceed(begin());
    assertThat(ledger().find(id).orElseThrow())
        .returns(Standing.State.IN_FLIGHT, Standing::state)
        .returns(false, Standing::resolvable);
    ledger().complete(fence, CREATED);
    assertThat(ledger().find(id).orElseThrow())
        .returns(Standing.State.DONE, Standing::state)
        .returns(201, Standing::status)
        .returns(clock.instant(), Standing::createdAt);
  }

  @Test
  void anOperatorResolvesAnUnknownAsDone() {
    Fence fence = proceed(begin());
    assertThat(resolve(new Verdict.Done(CREATED))).isInstanceOf(Resolution.NotUnknown.class);
    ledger().markUnknown(fence);
    assertThat(resolve(new Verdict.Done(CREATED))).isEqualTo(new Resolution.Resolved());
    assertReplayed(begin(), CREATED);
    assertThat(ledger().complete(fence, answer("late")))
        .isInstanceOfSatisfying(
            Completion.Superseded.class, late -> assertReplayed(late.standing(), CREATED));
    assertThat(resolve(new Verdict.NotExecuted())).isInstanceOf(Resolution.NotUnknown.class);
  }

  @Test
  void anOperatorResolvesAnUnknownAsNotExecuted() {
    assertThat(resolve(new Verdict.NotExecuted())).isEqualTo(new Resolution.NotFound());
    ledger().markUnknown(proceed(begin()));
    assertThat(resolve(new Verdict.NotExecuted())).isEqualTo(new Resolution.Resolved());
    proceed(begin());
  }

  @Test
  void anAttemptThatNeverEndedIsResolvedOnlyWhenNoClockCanStillHoldItsLease() {
    proceed(begin());
    clock.advance(LEASE.plus(Ledger.SKEW.multipliedBy(2)).minusMillis(1));
    assertThat(resolve(new Verdict.NotExecuted())).isInstanceOf(Resolution.NotUnknown.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(resolve(new Verdict.NotExecuted())).isEqualTo(new Resolution.Resolved());
  }

  private Resolution resolve(Verdict verdict) {
    return ledger().resolve(id, verdict, "asked the bank");
  }

  private Outcome begin() {
    return begin(REQUEST, false);
  }

  private Outcome begin(Fingerprint fingerprint, boolean takeover) {
    return ledger().begin(claim(fingerprint, takeover));
  }

  private Claim claim(Fingerprint fingerprint, boolean takeover) {
    return new Claim(id, fingerprint, LEASE, TTL, takeover);
  }

  private static Fence proceed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Proceed.class);
    return ((Outcome.Proceed) outcome).fence();
  }

  private static void assertReplayed(Outcome outcome, GatewayResponse expected) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Replay.class,
            replay -> {
              assertThat(replay.response().status()).isEqualTo(expected.status());
              assertThat(replay.response().headers()).isEqualTo(expected.headers());
              assertThat(replay.response().body()).isEqualTo(expected.body());
            });
  }

  private static GatewayResponse answer(String body) {
    return new GatewayResponse(
        201, Headers.of("Content-Type", "application/json"), body.getBytes(UTF_8));
  }

  /** Random octets do not shrink. */
  private static GatewayResponse random(int size, long seed) {
    byte[] body = new byte[size];
    new Random(seed).nextBytes(body);
    return new GatewayResponse(200, Headers.of("Content-Type", "application/octet-stream"), body);
  }
}
