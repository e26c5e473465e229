package dev.gatehouse.queue;

import java.time.Instant;
import java.util.Optional;

/**
 * Where lines are kept. Every operation first advances its line: drops who has been unseen for too
 * long, returns unclaimed calls, ends sessions, and calls the head as far as rate, capacity and
 * state allow. Whoever waits drives it; there is no scheduler.
 */
interface Lines {
  /** A subject's one live place, or a new one at the end. */
  Told join(Line line, Terms terms, String subject);

  /** The place of a ticket, taken up again where it was dropped or lost. */
  Told look(Line line, Terms terms, Place place);

  /**
   * Enters, if the ticket has been called.
   *
   * @param session the end of a session that is known to live: entered in any case
   */
  Told enter(Line line, Terms terms, Place place, Optional<Instant> session);

  /** Gives up the place or the slot. */
  Told leave(Line line, Terms terms, Place place);

  /** Gives back the slot of a subject that is inside; a place in the line is kept. */
  Told release(Line line, Terms terms, Place place);

  /** The line without anyone's standing. */
  Told board(Line line, Terms terms);

  /** Calls this many heads at once, at most 100, whatever the rate. */
  Told admit(Line line, Terms terms, int number);

  /** Forgets all places of the line. */
  Told forget(Line line, Terms terms);

  /** What a ticket stands for. */
  record Place(String subject, long sequence) {}

  /** An answer of the store's, or none. */
  sealed interface Told {
    record Known(Standing standing) implements Told {}

    /**
     * The store did not answer; it may have acted.
     *
     * @param reason for the log
     */
    record Unavailable(String reason) implements Told {}
  }
}
