package dev.gatehouse.queue;

import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.queue.Standing.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long someone will still wait, in whole seconds.
 *
 * <p>While there are free slots the line moves at its rate. Beyond them it moves as slots come
 * back: at the turnover that was measured over one and five minutes while the line was full, at the
 * slowest as if everyone stayed for the whole session, and never faster than the rate. What is not
 * known is not told: in a pause there is nothing to count on.
 *
 * @param seconds the single best number; empty where only the range is known
 * @param range from the earliest to the latest
 */
record Eta(Optional<Long> seconds, Optional<Range> range) {
  static final Eta UNKNOWN = new Eta(Optional.empty(), Optional.empty());
  static final Eta NOW = new Eta(Optional.of(0L), Optional.of(new Range(0, 0)));

  record Range(long low, long high) {}

  static Eta of(Standing standing, Terms terms) {
    Level line = standing.line();
    boolean stands =
        line.state() == LineState.PAUSED
            || line.state() == LineState.CLOSED
            || line.capacity() == 0
            || line.rate() == 0
            || standing.now().isBefore(line.hold());
    if (standing.stage() == Stage.CALLED || standing.stage() == Stage.ACTIVE) {
      return NOW;
    }
    if (stands || standing.stage() != Stage.WAITING) {
      return UNKNOWN;
    }
    double until = untilOpening(terms, standing.now());
    if (standing.position().isEmpty()) {
      long low = up(until);
      long high = up(until + slowest(line.waiting(), line, terms));
      return new Eta(Optional.empty(), Optional.of(new Range(low, high)));
    }
    return waiting(until, standing.position().getAsLong(), line, terms);
  }

  private static Eta waiting(double until, long position, Level line, Terms terms) {
    double quickest = position / line.rate();
    long free = Math.max(0, line.capacity() - line.inside());
    if (position <= free) {
      long seconds = up(until + quickest);
      return new Eta(Optional.of(seconds), Optional.of(new Range(seconds, seconds)));
    }
    double slowest = slowest(position, line, terms);
    if (free > 0 || line.perMinute() <= 0 || line.perFive() <= 0) {
      return new Eta(
          Optional.empty(), Optional.of(new Range(up(until + quickest), up(until + slowest))));
    }
    double slow = Math.min(line.perMinute(), line.perFive());
    double quick = Math.max(line.perMinute(), line.perFive());
    double mean = position / Math.min(line.rate(), (slow + quick) / 2);
    return new Eta(
        Optional.of(up(until + within(mean, quickest, slowest))),
        Optional.of(
            new Range(
                up(until + within(position / quick, quickest, slowest)),
                up(until + within(position / slow, quickest, slowest)))));
  }

  /** If everyone inside stays to the end of the session. */
  private static double slowest(long position, Level line, Terms terms) {
    double seconds = terms.session().plus(terms.claim()).toMillis() / 1e3;
    long free = Math.max(0, line.capacity() - line.inside());
    double beyond = Math.max(0, position - free) * seconds / line.capacity();
    return Math.max(position / line.rate(), beyond);
  }

  private static double untilOpening(Terms terms, Instant now) {
    return terms
        .opening()
        .filter(now::isBefore)
        .map(opening -> Duration.between(now, opening).toMillis() / 1e3)
        .orElse(0.0);
  }

  private static double within(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }

  private static long up(double seconds) {
    return (long) Math.ceil(seconds);
  }
}
