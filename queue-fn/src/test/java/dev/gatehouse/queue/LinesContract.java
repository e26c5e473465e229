package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Queue;
import dev.gatehouse.queue.Lines.Place;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of lines does, by a clock that the test moves. */
abstract class LinesContract {
  static final Line LINE = new Line("onsale", "evt-1");
  final ManualClock clock = new ManualClock();

  abstract Lines lines();

  /** The line is lost, as by FLUSHALL or a failover to an empty replica. */
  abstract void lose();

  static Terms terms(long perSecond, int capacity) {
    return Terms.of(queue(perSecond, capacity, Optional.empty(), Queue.Prequeue.NONE), "seed");
  }

  static Queue queue(
      long perSecond, int capacity, Optional<Instant> opening, Queue.Prequeue prequeue) {
    return new Queue(
        "onsale",
        List.of("evt-1"),
        new Queue.Rate(perSecond, Duration.ofSeconds(1)),
        capacity,
        opening,
        prequeue,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofMinutes(10));
  }

  @Test
  void theFirstIsCalledAtOnceAndEnters() {
    Terms terms = terms(1, 10);
    Standing joined = known(lines().join(LINE, terms, "a"));
    assertThat(joined.stage()).isEqualTo(Stage.CALLED);
    assertThat(joined.position()).hasValue(0);
    assertThat(joined.ends()).isEqualTo(clock.instant().plusSeconds(60));
    Standing entered = enter(terms, new Place("a", joined.sequence()));
    assertThat(entered.stage()).isEqualTo(Stage.ACTIVE);
    assertThat(entered.ends()).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
    assertThat(entered.line().active()).isEqualTo(1);
  }

  @Test
  void joiningAgainIsTheSamePlace() {
    Terms terms = terms(1, 1);
    Place a = join(terms, "a");
    Place b = join(terms, "b");
    pass(Duration.ofSeconds(2));
    assertThat(join(terms, "b")).isEqualTo(b);
    assertThat(join(terms, "a")).isEqualTo(a);
    enter(terms, a);
    assertThat(join(terms, "a")).isEqualTo(a);
    assertThat(known(lines().board(LINE, terms)).line().waiting()).isEqualTo(1);
  }

  @Test
  void enteringAgainIsTheSameSession() {
    Terms terms = terms(1, 1);
    Place a = join(terms, "a");
    Instant ends = enter(terms, a).ends();
    pass(Duration.ofSeconds(5));
    assertThat(enter(terms, a).ends()).isEqualTo(ends);
    assertThat(look(terms, a).stage()).isEqualTo(Stage.ACTIVE);
  }

  @Test
  void whoIsNotCalledDoesNotEnter() {
    Terms terms = terms(1, 1);
    join(terms, "a");
    Standing refused = enter(terms, join(terms, "b"));
    assertThat(refused.stage()).isEqualTo(Stage.WAITING);
    assertThat(refused.position()).hasValue(1);
  }

  @Test
  void sequencesGrowAlsoWhenTheClockGoesBack() {
    Terms terms = terms(1, 1);
    long first = join(terms, "a").sequence();
    long second = join(terms, "b").sequence();
    clock.advance(Duration.ofHours(-1));
    long third = join(terms, "c").sequence();
    assertThat(List.of(second - first, third - second)).containsExactly(1L, 1L);
  }

  @Test
  void theyAreCalledInTheOrderOfTheirComing() {
    Terms terms = terms(1, 1_000);
    List<Place> places = joinAll(terms, 50);
    List<String> called = new ArrayList<>();
    for (int second = 0; second < 60; second++) {
      for (Place place : shuffled(places, second)) {
        if (look(terms, place).stage() == Stage.CALLED && !called.contains(place.subject())) {
          called.add(place.subject());
        }
      }
      pass(Duration.ofSeconds(1));
    }
    assertThat(called).isEqualTo(places.stream().map(Place::subject).toList());
  }

  /** Q3. */
  @Test
  void neverMoreThanBucketAndRateAreCalled() {
    Terms terms = terms(7, 1_000_000);
    List<Place> places = joinAll(terms, 300);
    Random random = new Random(1);
    long started = RedisLines.micros(clock.instant());
    List<Long> calls = new ArrayList<>();
    long total = known(lines().board(LINE, terms)).line().total();
    for (int i = 0; i < 400 && total < 250; i++) {
      pass(Duration.ofMillis(random.nextInt(200)));
      places.forEach(place -> look(terms, place));
      long now = known(lines().board(LINE, terms)).line().total();
      for (long call = total; call < now; call++) {
        calls.add(RedisLines.micros(clock.instant()) - started);
      }
      total = now;
    }
    for (int from = 0; from < calls.size(); from++) {
      for (int to = from; to < calls.size(); to++) {
        double window = (calls.get(to) - calls.get(from)) / 1e6;
        assertThat(to - from + 1).isLessThanOrEqualTo((int) Math.floor(7 + 7 * window + 1e-6));
      }
    }
    assertThat(total).isGreaterThanOrEqualTo(250);
  }

  @Test
  void neverMoreThanTheCapacityAreInside() {
    Terms terms = terms(100, 3);
    List<Place> places = joinAll(terms, 10);
    for (int second = 0; second < 30; second++) {
      for (Place place : places) {
        Standing standing = enter(terms, place);
        assertThat(standing.line().inside()).isLessThanOrEqualTo(3);
      }
      pass(Duration.ofSeconds(1));
    }
    assertThat(known(lines().board(LINE, terms)).line().active()).isEqualTo(3);
  }

  /** Q7. */
  @Test
  void aSlotIsGivenBackExactlyOnce() {
    Terms terms = terms(100, 1);
    Place a = join(terms, "a");
    Place b = join(terms, "b");
    Place c = join(terms, "c");
    enter(terms, a);
    assertThat(known(lines().release(LINE, terms, b)).moves().freed()).isFalse();
    assertThat(known(lines().release(LINE, terms, a)).moves().freed()).isTrue();
    assertThat(known(lines().release(LINE, terms, a)).moves().freed()).isFalse();
    assertThat(known(lines().leave(LINE, terms, a)).moves().freed()).isFalse();
    assertThat(look(terms, b).stage()).isEqualTo(Stage.CALLED);
    assertThat(look(terms, c).stage()).isEqualTo(Stage.WAITING);
    assertThat(look(terms, a).stage()).isEqualTo(Stage.SPENT);
    Printed.figure("Q7", "a slot given back 4 times: freed 1 time, 1 called for it");
  }

  @Test
  void sessionsEnd() {
    Terms terms = terms(100, 1);
    Place a = join(terms, "a");
    Place b = join(terms, "b");
    enter(terms, a);
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofSeconds(10));
      look(terms, b);
    }
    assertThat(look(terms, b).stage()).isEqualTo(Stage.CALLED);
    assertThat(look(terms, a).stage()).isEqualTo(Stage.SPENT);
  }

  @Test
  void aCallThatIsKnownAndNotClaimedIsLost() {
    Terms terms = terms(100, 1);
    Place a = join(terms, "a");
    Place b = join(terms, "b");
    for (int i = 0; i < 6; i++) {
      assertThat(look(terms, a).stage()).isEqualTo(Stage.CALLED);
      assertThat(look(terms, b).stage()).isEqualTo(Stage.WAITING);
      pass(Duration.ofSeconds(10));
    }
    assertThat(look(terms, a).stage()).isEqualTo(Stage.SPENT);
    assertThat(look(terms, b).stage()).isEqualTo(Stage.CALLED);
    Place again = join(terms, "a");
    assertThat(again.sequence()).isGreaterThan(b.sequence());
  }

  /** Q5. */
  @Test
  void aThousandClosedTabsHoldNobodyUp() {
    Terms terms = terms(50, 500);
    joinAll(terms, 1_000);
    List<Place> live = IntStream.range(0, 10).mapToObj(i -> join(terms, "live-" + i)).toList();
    Instant started = clock.instant();
    Set<String> called = new LinkedHashSet<>();
    while (called.size() < 10) {
      pass(Duration.ofMillis(500));
      for (Place place : live) {
        if (look(terms, place).stage() == Stage.CALLED) {
          called.add(place.subject());
        }
      }
      assertThat(Duration.between(started, clock.instant())).isLessThan(Duration.ofSeconds(30));
    }
    Duration took = Duration.between(started, clock.instant());
    Printed.figure("Q5", "10 live users behind 1000 closed tabs are called after " + took);
    assertThat(took).isLessThanOrEqualTo(Duration.ofMillis(21_500));
    assertThat(List.copyOf(called)).isEqualTo(live.stream().map(Place::subject).toList());
  }

  @Test
  void aDroppedTicketComesBackInFrontOfLaterOnes() {
    Terms terms = terms(1, 1);
    Place inside = join(terms, "inside");
    enter(terms, inside);
    Place slept = join(terms, "slept");
    Place later = join(terms, "later");
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofSeconds(5));
      assertThat(look(terms, later).stage()).isEqualTo(Stage.WAITING);
    }
    assertThat(look(terms, later).position()).hasValue(1);
    assertThat(look(terms, slept).position()).hasValue(1);
    lines().release(LINE, terms, inside);
    pass(Duration.ofSeconds(2));
    assertThat(look(terms, later).stage()).isEqualTo(Stage.WAITING);
    assertThat(look(terms, slept).stage()).isEqualTo(Stage.CALLED);
  }

  /** Q4: for whoever goes on asking, while others sleep and come back in front. */
  @Test
  void theShownPositionNeverGrowsAndFallsToZero() {
    Terms terms = terms(2, 1_000);
    List<Place> places = joinAll(terms, 40);
    Map<String, Long> shown = new HashMap<>();
    Random random = new Random(2);
    for (int step = 0; step < 80; step++) {
      for (int i = 0; i < places.size(); i++) {
        if (i % 4 > 0) {
          long position = look(terms, places.get(i)).position().orElse(0);
          Long before = shown.put(places.get(i).subject(), position);
          assertThat(position).isLessThanOrEqualTo(before == null ? Long.MAX_VALUE : before);
        } else if (random.nextInt(15) == 0) {
          look(terms, places.get(i));
        }
      }
      pass(Duration.ofMillis(random.nextInt(4_000)));
      if (step < 60) {
        lines()
            .board(
                LINE, terms.changed(step + 1, LineState.of(step % 2), terms.rate(), 12 + step / 3));
      }
    }
    Printed.figure("Q4", "30 who poll among 10 who sleep, 80 rounds: no position grew, all at 0");
    assertThat(shown).hasSize(30);
    assertThat(shown.values()).allMatch(position -> position == 0);
  }

  /** Q9. */
  @Test
  void afterALossTheOrderIsTheOrderBefore() {
    Terms terms = terms(1, 1);
    Place inside = join(terms, "inside");
    enter(terms, inside);
    List<Place> places = joinAll(terms, 100);
    pass(Duration.ofSeconds(1));
    lose();
    for (Place place : shuffled(places, 3)) {
      pass(Duration.ofMillis(250));
      assertThat(look(terms, place).stage()).isEqualTo(Stage.WAITING);
    }
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofSeconds(3));
      places.forEach(place -> look(terms, place));
    }
    List<Long> positions =
        places.stream().map(place -> look(terms, place).position().orElse(-1)).toList();
    assertThat(positions).isEqualTo(IntStream.range(0, 100).mapToObj(Long::valueOf).toList());
  }

  @Test
  void whoJoinsAfterALossIsBehindAllWhoWereThere() {
    Terms terms = terms(1, 1);
    List<Place> places = joinAll(terms, 3);
    pass(Duration.ofSeconds(1));
    lose();
    look(terms, places.get(2));
    Place late = join(terms, "late");
    assertThat(late.sequence()).isGreaterThan(places.get(2).sequence());
    places.forEach(place -> look(terms, place));
    pass(Duration.ofSeconds(15));
    places.forEach(place -> look(terms, place));
    look(terms, late);
    pass(Duration.ofSeconds(15));
    places.forEach(place -> look(terms, place));
    look(terms, late);
    pass(Duration.ofSeconds(16));
    assertThat(places.stream().map(place -> look(terms, place).stage()))
        .containsExactly(Stage.CALLED, Stage.WAITING, Stage.WAITING);
    assertThat(look(terms, late).position()).hasValue(3);
  }

  @Test
  void aSessionThatIsKnownToLiveIsTakenUpAgain() {
    Terms terms = terms(1, 1);
    Place a = join(terms, "a");
    Instant ends = enter(terms, a).ends();
    lose();
    Standing back = known(lines().enter(LINE, terms, a, Optional.of(ends)));
    assertThat(back.stage()).isEqualTo(Stage.ACTIVE);
    assertThat(back.ends()).isEqualTo(ends);
    assertThat(back.line().active()).isEqualTo(1);
    assertThat(back.line().waiting()).isZero();
  }

  @Test
  void whoLeftStaysOutWithTheOldTicket() {
    Terms terms = terms(1, 1);
    Place a = join(terms, "a");
    enter(terms, a);
    Place b = join(terms, "b");
    assertThat(known(lines().leave(LINE, terms, b)).moves().freed()).isTrue();
    assertThat(look(terms, b).stage()).isEqualTo(Stage.SPENT);
    Place again = join(terms, "b");
    assertThat(again.sequence()).isGreaterThan(b.sequence());
    assertThat(known(lines().leave(LINE, terms, b)).moves().freed()).isFalse();
    assertThat(look(terms, again).stage()).isEqualTo(Stage.WAITING);
  }

  /** Q8: early tickets are not kept in store by letting places lapse. */
  @Test
  void anEntrySpendsAllTicketsThatTheSubjectHas() {
    Terms terms = terms(1, 1);
    Place inside = join(terms, "inside");
    enter(terms, inside);
    Place first = join(terms, "a");
    pass(Duration.ofSeconds(40));
    Place second = join(terms, "a");
    assertThat(second.sequence()).isGreaterThan(first.sequence());
    Place honest = join(terms, "honest");
    lines().release(LINE, terms, inside);
    pass(Duration.ofSeconds(1));
    assertThat(enter(terms, first).stage()).isEqualTo(Stage.ACTIVE);
    lines().release(LINE, terms, first);
    pass(Duration.ofSeconds(1));
    assertThat(look(terms, second).stage()).isEqualTo(Stage.SPENT);
    assertThat(look(terms, honest).stage()).isEqualTo(Stage.CALLED);
  }

  @Test
  void aClockThatGoesBackHoldsTheLineUpForNoLongerThanItsBucket() {
    Terms terms = terms(1, 100);
    List<Place> places = joinAll(terms, 3);
    clock.advance(Duration.ofHours(-1));
    for (int second = 0; second < 4; second++) {
      pass(Duration.ofSeconds(1));
      places.forEach(place -> look(terms, place));
    }
    assertThat(places.stream().map(place -> look(terms, place).stage())).containsOnly(Stage.CALLED);
  }

  @Test
  void aForgottenLineWaitsForNoTicketFromBefore() {
    Terms terms = terms(1, 10);
    Place before = join(terms, "before");
    pass(Duration.ofSeconds(1));
    known(lines().forget(LINE, terms));
    look(terms, before);
    lines().leave(LINE, terms, before);
    pass(Duration.ofSeconds(1));
    assertThat(look(terms, join(terms, "after")).stage()).isEqualTo(Stage.CALLED);
  }

  @Test
  void inAPauseNobodyIsCalledAndWhoWasCalledEnters() {
    Terms terms = terms(100, 10);
    Place called = join(terms, "called");
    Terms paused = terms.changed(1, LineState.PAUSED, terms.rate(), terms.capacity());
    Place waits = join(paused, "waits");
    assertThat(look(paused, waits).stage()).isEqualTo(Stage.WAITING);
    assertThat(enter(paused, called).stage()).isEqualTo(Stage.ACTIVE);
  }

  @Test
  void aLineThatIsClosedOrDrainedTakesNobodyNew() {
    Terms terms = terms(1, 10);
    Place a = join(terms, "a");
    Place b = join(terms, "b");
    Terms drained = terms.changed(1, LineState.DRAIN, terms.rate(), terms.capacity());
    assertThat(known(lines().join(LINE, drained, "c")).stage()).isEqualTo(Stage.NONE);
    assertThat(join(drained, "a")).isEqualTo(a);
    pass(Duration.ofSeconds(1));
    assertThat(look(drained, b).stage()).isEqualTo(Stage.CALLED);
    Terms closed = terms.changed(2, LineState.CLOSED, terms.rate(), terms.capacity());
    assertThat(known(lines().join(LINE, closed, "c")).stage()).isEqualTo(Stage.NONE);
  }

  @Test
  void anOperatorsChangeHoldsAgainstCallersWhoDoNotKnowItYet() {
    Terms terms = terms(100, 10);
    Terms paused = terms.changed(1, LineState.PAUSED, terms.rate(), terms.capacity());
    lines().board(LINE, paused);
    Standing stale = known(lines().join(LINE, terms, "a"));
    assertThat(stale.stage()).isEqualTo(Stage.WAITING);
    assertThat(stale.line().state()).isEqualTo(LineState.PAUSED);
    assertThat(stale.line().version()).isEqualTo(1);
    Terms open = terms.changed(2, LineState.OPEN, terms.rate(), terms.capacity());
    assertThat(look(open, new Place("a", stale.sequence())).stage()).isEqualTo(Stage.CALLED);
  }

  @Test
  void operatorsCallMoreWhateverTheRateButNotBeyondTheCapacity() {
    Terms terms = terms(1, 7);
    joinAll(terms, 20);
    assertThat(known(lines().admit(LINE, terms, 4)).line().called()).isEqualTo(5);
    assertThat(known(lines().admit(LINE, terms, 100)).line().called()).isEqualTo(7);
  }

  @Test
  void anUnhealthyServiceIsSentNobodyAndARecoveringOneATenth() {
    Terms terms = terms(100, 1_000);
    List<Place> places = joinAll(terms.paced(0), 100);
    Standing waits = look(terms.paced(0), places.getFirst());
    assertThat(waits.stage()).isEqualTo(Stage.WAITING);
    assertThat(waits.line().rate()).isZero();
    assertThat(Eta.of(waits, terms)).isEqualTo(Eta.UNKNOWN);
    assertThat(look(terms.paced(10), places.getFirst()).line().rate()).isEqualTo(10);
    assertThat(known(lines().board(LINE, terms.paced(10))).line().called()).isEqualTo(10);
    pass(Duration.ofSeconds(1));
    assertThat(known(lines().board(LINE, terms.paced(10))).line().called()).isEqualTo(20);
  }

  @Test
  void beforeTheOpeningNobodyIsCalledAndTheShuffleIsNotTold() {
    Instant opening = clock.instant().plusSeconds(60);
    Terms terms =
        Terms.of(queue(50, 500, Optional.of(opening), Queue.Prequeue.SHUFFLE), "the seed");
    List<Place> places = joinAll(terms, 20);
    assertThat(look(terms, places.get(7)).position()).isEqualTo(OptionalLong.empty());
    for (int i = 0; i < 12; i++) {
      places.forEach(place -> assertThat(look(terms, place).stage()).isEqualTo(Stage.WAITING));
      pass(Duration.ofSeconds(5));
    }
    Terms slow = terms.changed(1, LineState.OPEN, new CallRate(3_600_000_000L, 1, 1), 500);
    Place late = join(slow, "late");
    List<Place> order =
        places.stream()
            .sorted(
                (x, y) ->
                    Long.compare(
                        InMemoryLines.order(terms, x.sequence()),
                        InMemoryLines.order(terms, y.sequence())))
            .toList();
    assertThat(order).isNotEqualTo(places);
    assertThat(order.stream().map(place -> look(slow, place).position().orElse(-1)).toList())
        .isEqualTo(IntStream.range(0, 20).mapToObj(Long::valueOf).toList());
    assertThat(look(slow, late).position()).hasValue(20);
  }

  /** Q10. */
  @Test
  void aPlaceIsKeptForFortyFiveMinutes() {
    Terms terms = terms(1, 1);
    Place inside = join(terms, "inside");
    enter(terms, inside);
    List<Place> places = joinAll(terms, 10);
    Instant end = clock.instant().plus(Duration.ofMinutes(45));
    while (clock.instant().isBefore(end)) {
      for (int i = 0; i < 10; i++) {
        long position = look(terms, places.get(i)).position().orElse(-1);
        assertThat(position).isLessThanOrEqualTo(i + 1);
      }
      Instant later = clock.instant().plus(Duration.ofMinutes(10));
      lines().enter(LINE, terms, inside, Optional.of(later));
      pass(Duration.ofSeconds(10));
    }
    assertThat(places.stream().map(place -> look(terms, place).stage()).toList())
        .hasSize(10)
        .containsOnly(Stage.WAITING);
    assertThat(places.stream().map(place -> look(terms, place).position().orElse(-1)).toList())
        .isEqualTo(IntStream.rangeClosed(1, 10).mapToObj(Long::valueOf).toList());
    Printed.figure("Q10", "45 minutes, 10 waiting, a poll every 10 s: places 1 to 10 as at first");
  }

  @Test
  void whatIsForgottenIsGone() {
    Terms terms = terms(1, 1);
    joinAll(terms, 5);
    known(lines().forget(LINE, terms));
    Standing board = known(lines().board(LINE, terms));
    assertThat(board.line().waiting() + board.line().inside()).isZero();
  }

  final void pass(Duration duration) {
    clock.advance(duration);
  }

  final Place join(Terms terms, String subject) {
    return new Place(subject, known(lines().join(LINE, terms, subject)).sequence());
  }

  final List<Place> joinAll(Terms terms, int number) {
    return IntStream.range(0, number).mapToObj(i -> join(terms, "s" + i)).toList();
  }

  final Standing look(Terms terms, Place place) {
    return known(lines().look(LINE, terms, place));
  }

  final Standing enter(Terms terms, Place place) {
    return known(lines().enter(LINE, terms, place, Optional.empty()));
  }

  static Standing known(Told told) {
    return switch (told) {
      case Told.Known(Standing standing) -> standing;
      case Told.Unavailable(String reason) -> throw new AssertionError(reason);
    };
  }

  private static List<Place> shuffled(List<Place> places, int seed) {
    List<Place> shuffled = new ArrayList<>(places);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }
}
