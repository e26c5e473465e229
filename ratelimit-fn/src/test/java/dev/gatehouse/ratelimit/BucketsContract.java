package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store of limits does, by its own clock. */
abstract class BucketsContract {
  /** No token comes back while a test runs. */
  private static final Meter STILL = TokenBucket.of(1, Duration.ofDays(365).toMillis() * 1_000, 5);

  abstract Buckets buckets();

  /** Lets this much time pass on the store's clock. */
  abstract void pass(Duration duration);

  @Test
  void aBurstIsAdmittedAndNotOneMore() {
    Demand demand = Demand.of("{a}x", STILL, 1, true);
    assertThat(IntStream.range(0, 8).mapToObj(i -> ask(demand).admitted()))
        .containsExactly(true, true, true, true, true, false, false, false);
  }

  @Test
  void aCostIsTakenWholeOrNotAtAll() {
    assertThat(ask(Demand.of("{a}x", STILL, 3, true)).admitted()).isTrue();
    assertThat(ask(Demand.of("{a}x", STILL, 3, true)).admitted()).isFalse();
    assertThat(ask(Demand.of("{a}x", STILL, 2, true)).admitted()).isTrue();
  }

  @Test
  void ifOneRefusesNoneIsSpent() {
    Demand wide = Demand.of("{a}wide", STILL, 1, true);
    Demand narrow = Demand.of("{a}narrow", STILL, 5, true);
    assertThat(ask(wide, narrow).admitted()).isTrue();
    Verdict refused = ask(wide, narrow);
    assertThat(refused.admitted()).isFalse();
    assertThat(refused.standings())
        .extracting(Verdict.Standing::passed)
        .containsExactly(true, false);
    assertThat(remaining(wide)).isEqualTo(4);
  }

  @Test
  void aShadowNeitherRefusesNorGoesBelowNothing() {
    Demand real = Demand.of("{a}real", STILL, 1, true);
    Demand shadow = Demand.of("{a}shadow", STILL, 5, false);
    assertThat(ask(shadow, real).admitted()).isTrue();
    Verdict second = ask(shadow, real);
    assertThat(second.admitted()).isTrue();
    assertThat(second.standings())
        .extracting(Verdict.Standing::passed)
        .containsExactly(false, true);
    assertThat(remaining(shadow)).isZero();
    assertThat(remaining(real)).isEqualTo(3);
  }

  @Test
  void lookingSpendsNothing() {
    Demand demand = Demand.of("{a}x", STILL, 1, true);
    ask(demand);
    assertThat(remaining(demand)).isEqualTo(4);
    assertThat(remaining(demand)).isEqualTo(4);
  }

  @Test
  void keysAreIndependent() {
    ask(Demand.of("{a}x", STILL, 5, true));
    assertThat(ask(Demand.of("{a}y", STILL, 5, true)).admitted()).isTrue();
    assertThat(ask(Demand.of("{b}x", STILL, 5, true)).admitted()).isTrue();
  }

  @Test
  void groupsAreDecidedEachForItself() {
    List<Demand> full = List.of(Demand.of("{a}x", STILL, 5, true));
    ask(full.getFirst());
    List<Demand> other = List.of(Demand.of("{b}x", STILL, 5, true));
    assertThat(buckets().ask(List.of(full, other)).verdicts())
        .extracting(verdict -> verdict.orElseThrow().admitted())
        .containsExactly(false, true);
  }

  @Test
  void whatIsGivenBackIsThereAgain() {
    for (Meter meter : List.of(STILL, new SlidingWindow(5, Duration.ofDays(365).toMillis()))) {
      Demand demand = Demand.of("{a}" + meter.getClass().getSimpleName(), meter, 2, true);
      ask(demand);
      Level taken = ask(demand).standings().getFirst().level();
      assertThat(remaining(demand)).isEqualTo(1);
      ask(demand.givenBack(taken));
      assertThat(remaining(demand)).isEqualTo(3);
      ask(demand.givenBack(taken));
      ask(demand.givenBack(taken));
      assertThat(remaining(demand)).isEqualTo(5);
    }
  }

  @Test
  void waitingExactlyAsLongAsToldSucceeds() {
    for (Meter meter : List.of(TokenBucket.of(30, 1_000_000, 2), new SlidingWindow(2, 50))) {
      Demand demand = Demand.of("{a}" + meter.getClass().getSimpleName(), meter, 1, true);
      Verdict verdict = ask(demand);
      for (int i = 0; verdict.admitted() && i < 1_000; i++) {
        verdict = ask(demand);
      }
      assertThat(verdict.admitted()).isFalse();
      pass(Duration.ofNanos(1_000 * meter.waitMicros(verdict.standings().getFirst().level(), 1)));
      assertThat(ask(demand).admitted()).as(meter.toString()).isTrue();
    }
  }

  @Test
  void aWindowAdmitsItsRequestsAndNotOneMore() {
    Meter meter = new SlidingWindow(3, Duration.ofDays(365).toMillis());
    Demand demand = Demand.of("{a}w", meter, 1, true);
    assertThat(IntStream.range(0, 5).mapToObj(i -> ask(demand).admitted()))
        .containsExactly(true, true, true, false, false);
  }

  /** The reference is a plain sum: nothing refills and no window ends while this runs. */
  @Test
  void aThousandRandomDemandsAreDecidedLikeSums() {
    Random random = new Random(42);
    long month = Duration.ofDays(30).toMillis();
    List<Meter> meters =
        List.of(
            TokenBucket.of(1, month * 1_000, 90),
            TokenBucket.of(7, month * 1_000, 60),
            new SlidingWindow(75, month));
    long[] left = meters.stream().mapToLong(Meter::capacity).toArray();
    for (int step = 0; step < 1_000; step++) {
      long[] costs = random.longs(3, 0, 4).toArray();
      boolean[] enforced = {random.nextInt(4) > 0, random.nextInt(4) > 0, random.nextInt(4) > 0};
      List<Demand> demands =
          IntStream.range(0, 3)
              .mapToObj(i -> Demand.of("{s}" + i, meters.get(i), costs[i], enforced[i]))
              .toList();
      boolean expected = IntStream.range(0, 3).allMatch(i -> !enforced[i] || costs[i] <= left[i]);
      Verdict verdict = buckets().ask(List.of(demands)).verdicts().getFirst().orElseThrow();
      assertThat(verdict.admitted()).as("step %d", step).isEqualTo(expected);
      for (int i = 0; i < 3; i++) {
        if (expected && costs[i] <= left[i]) {
          left[i] -= costs[i];
        }
        assertThat(meters.get(i).remaining(verdict.standings().get(i).level())).isEqualTo(left[i]);
      }
      if (left[0] + left[1] + left[2] < 10) {
        giveBackAll(demands, left, verdict);
      }
    }
  }

  private void giveBackAll(List<Demand> demands, long[] left, Verdict last) {
    for (int i = 0; i < left.length; i++) {
      Meter meter = demands.get(i).meter();
      Demand all = Demand.of(demands.get(i).key(), meter, meter.capacity() - left[i], true);
      ask(all.givenBack(last.standings().get(i).level()));
      left[i] = meter.capacity();
    }
  }

  final Verdict ask(Demand... demands) {
    return buckets()
        .ask(List.of(List.of(demands)))
        .verdicts()
        .getFirst()
        .orElseThrow(() -> new AssertionError("no answer"));
  }

  final long remaining(Demand demand) {
    return Stream.of(ask(demand.lookedAt()))
        .mapToLong(verdict -> demand.meter().remaining(verdict.standings().getFirst().level()))
        .sum();
  }
}
