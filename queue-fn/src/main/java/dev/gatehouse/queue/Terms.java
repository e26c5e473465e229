package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a line is served: what gateway.yaml says of its queue, with what operators have changed.
 *
 * @param version grows with every change of an operator's; 0 is gateway.yaml alone
 * @param pace how much of the rate is called at present, in percent: what the health of the service
 *     behind the queue allows
 * @param seed of the order of those who came before the opening; empty keeps their order
 */
record Terms(
    long version,
    LineState state,
    CallRate rate,
    long capacity,
    Duration grace,
    Duration claim,
    Duration session,
    int pace,
    Optional<Instant> opening,
    String seed) {

  /** A queue's terms as gateway.yaml has them. */
  static Terms of(Queue queue, String seed) {
    return new Terms(
        0,
        LineState.OPEN,
        CallRate.of(queue.admit()),
        queue.capacity(),
        queue.grace(),
        queue.claimWithin(),
        queue.session(),
        100,
        queue.opensAt(),
        queue.prequeue() == Queue.Prequeue.SHUFFLE && queue.opensAt().isPresent() ? seed : "");
  }

  Terms changed(long newVersion, LineState newState, CallRate newRate, long newCapacity) {
    return new Terms(
        newVersion, newState, newRate, newCapacity, grace, claim, session, pace, opening, seed);
  }

  Terms paced(int percent) {
    return new Terms(version, state, rate, capacity, grace, claim, session, percent, opening, seed);
  }
}
