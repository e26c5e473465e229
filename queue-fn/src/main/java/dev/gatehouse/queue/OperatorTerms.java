package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import java.time.Instant;
import java.util.Optional;

/**
 * What operators have changed of a line's terms.
 *
 * @param version grows by one with every change; 0 where nothing was changed
 * @param message for those who wait; may be empty
 * @param resetAt tickets up to this instant are void
 */
record OperatorTerms(
    long version,
    LineState state,
    Optional<String> admit,
    Optional<Long> capacity,
    String message,
    Instant resetAt) {
  /** Nothing was changed. */
  static final OperatorTerms NONE =
      new OperatorTerms(0, LineState.OPEN, Optional.empty(), Optional.empty(), "", Instant.EPOCH);

  /** A queue's terms with these changes. */
  Terms over(Terms terms) {
    return terms.changed(
        version,
        state,
        admit.flatMap(Queue.Rate::parse).map(CallRate::of).orElse(terms.rate()),
        capacity.orElse(terms.capacity()));
  }

  /** The next version, in which all tickets up to this instant are void. */
  OperatorTerms resetAt(Instant now) {
    return new OperatorTerms(version + 1, state, admit, capacity, message, now);
  }

  boolean voids(Ticket ticket) {
    return !ticket.joined().isAfter(resetAt);
  }
}
