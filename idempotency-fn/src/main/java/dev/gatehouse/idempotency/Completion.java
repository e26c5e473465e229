package dev.gatehouse.idempotency;

/** What became of an answer that was to be recorded; only the first may reach the client. */
public sealed interface Completion {
  /** It is durable, and every repeat will get it. */
  record Recorded() implements Completion {}

  /**
   * The record is no longer this owner's.
   *
   * @param standing what a repeat would be told now
   */
  record Superseded(Outcome standing) implements Completion {}

  /** The lease is over. */
  record Late() implements Completion {}

  /**
   * The store did not answer: the record is in flight until its lease ends and unknown after it,
   * unless the answer was written and only its acknowledgement was lost.
   *
   * @param reason the fault's class, for the log
   */
  record Unrecorded(String reason) implements Completion {}
}
