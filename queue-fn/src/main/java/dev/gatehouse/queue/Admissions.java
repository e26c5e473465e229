package dev.gatehouse.queue;

import java.time.Instant;

/**
 * Who has entered, kept where nothing is lost: an entry is granted once per ticket, not a second
 * time to a holder whose session lives, and not with a ticket from before the last entry, whatever
 * Redis remembers.
 */
interface Admissions {
  /**
   * Grants an entry, unless one was granted.
   *
   * @param wanted the session as it would be
   * @param now the clock of the store of lines
   */
  Stored<Granted> grant(Line line, Holder holder, Session wanted, Instant now);

  /** A holder's session, granted once. */
  record Session(long sequence, Instant from, Instant until) {}

  /** Whether there is an entry. */
  sealed interface Granted {
    /** The wanted session, or the one that lives already. */
    record Entry(Session session) implements Granted {}

    /** This ticket, or another that the holder had at the time, had its session, which is over. */
    record UsedUp() implements Granted {}
  }
}
