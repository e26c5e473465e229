package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Queue;
import dev.gatehouse.queue.Lines.Place;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told about the time against the time that it then takes. */
class EtaTest {
  private static final Line LINE = new Line("onsale", "evt-1");

  private final ManualClock clock = new ManualClock();
  private final InMemoryLines lines = new InMemoryLines(clock);

  @ParameterizedTest
  @ValueSource(longs = {1, 10, 50})
  void whatIsToldIsWhatItTakesAndNeverRises(long rate) {
    Terms terms = LinesContract.terms(rate, 100_000);
    List<Place> places = joinAll(terms, 300);
    Place last = places.getLast();
    Instant asked = clock.instant();
    long told = eta(terms, last).seconds().orElseThrow();
    long shown = told;
    while (look(terms, last).stage() == Stage.WAITING) {
      clock.advance(Duration.ofMillis(500));
      places.forEach(place -> look(terms, place));
      long now = eta(terms, last).seconds().orElseThrow();
      assertThat(now).isLessThanOrEqualTo(shown);
      shown = now;
    }
    double took = Duration.between(asked, clock.instant()).toMillis() / 1e3;
    Printed.figure("ETA", "300th at " + rate + "/s: told " + told + " s, took " + took + " s");
    assertThat(Math.abs(told - took)).isLessThanOrEqualTo(Math.max(1.5, 0.05 * took));
  }

  @Test
  void afterAChangeOfTheRateTheNewRateCounts() {
    Terms terms = LinesContract.terms(1, 100_000);
    List<Place> places = joinAll(terms, 101);
    assertThat(eta(terms, places.getLast()).seconds()).contains(100L);
    Terms faster = terms.changed(1, LineState.OPEN, new CallRate(100_000, 1, 10), 100_000);
    long told = eta(faster, places.getLast()).seconds().orElseThrow();
    assertThat(told).isBetween(9L, 10L);
    Instant asked = clock.instant();
    while (look(faster, places.getLast()).stage() == Stage.WAITING) {
      clock.advance(Duration.ofMillis(500));
      places.forEach(place -> look(faster, place));
    }
    double took = Duration.between(asked, clock.instant()).toMillis() / 1e3;
    Printed.figure(
        "ETA", "101st, rate changed from 1/s to 10/s: told " + told + " s, took " + took);
    assertThat(Math.abs(told - took)).isLessThanOrEqualTo(1.5);
  }

  @Test
  void inAPauseNothingIsTold() {
    Terms terms = LinesContract.terms(1, 10);
    Place last = joinAll(terms, 20).getLast();
    Terms paused = terms.changed(1, LineState.PAUSED, terms.rate(), terms.capacity());
    assertThat(eta(paused, last)).isEqualTo(Eta.UNKNOWN);
    assertThat(eta(terms.paced(0).changed(2, LineState.OPEN, terms.rate(), 10), last))
        .isEqualTo(Eta.UNKNOWN);
  }

  @Test
  void beyondTheFreeSlotsOnlyARangeIsKnown() {
    Terms terms = LinesContract.terms(10, 5);
    Place last = joinAll(terms, 25).getLast();
    Eta eta = eta(terms, last);
    assertThat(eta.seconds()).isEmpty();
    assertThat(eta.range().orElseThrow().low()).isEqualTo(2);
    assertThat(eta.range().orElseThrow().high()).isEqualTo(20 * 660 / 5);
  }

  @Test
  void beforeTheOpeningOfAShuffledLineTheRangeIsFromTheFirstToTheLast() {
    Queue queue =
        LinesContract.queue(
            10, 1_000, Optional.of(clock.instant().plusSeconds(60)), Queue.Prequeue.SHUFFLE);
    Terms terms = Terms.of(queue, "seed");
    Eta eta = eta(terms, joinAll(terms, 100).getFirst());
    assertThat(eta.seconds()).isEmpty();
    assertThat(eta.range()).contains(new Eta.Range(60, 70));
  }

  @Test
  void itIsNowForWhoIsCalled() {
    Terms terms = LinesContract.terms(10, 5);
    assertThat(eta(terms, joinAll(terms, 1).getFirst())).isEqualTo(Eta.NOW);
  }

  private List<Place> joinAll(Terms terms, int number) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Standing joined = LinesContract.known(lines.join(LINE, terms, "s" + i));
      places.add(new Place("s" + i, joined.sequence()));
    }
    return places;
  }

  private Eta eta(Terms terms, Place place) {
    return Eta.of(look(terms, place), terms);
  }

  private Standing look(Terms terms, Place place) {
    return LinesContract.known(lines.look(LINE, terms, place));
  }
}
