package dev.gatehouse.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Where a subject stands, and how its line is doing.
 *
 * @param sequence of the subject's live place
 * @param position 1 at the head, 0 when called or inside; not told while the order is not settled
 * @param ends the end of a called one's claim, or of an active one's session
 * @param pause after which the subject is to ask again
 * @param now the store's clock
 * @param moves what this operation has moved
 */
record Standing(
    Stage stage,
    long sequence,
    OptionalLong position,
    Instant ends,
    Duration pause,
    Instant now,
    Moves moves,
    Level line) {

  /** What becomes of a subject. */
  enum Stage {
    NONE,
    WAITING,
    CALLED,
    ACTIVE,
    SPENT;

    static Stage of(long number) {
      return switch ((int) number) {
        case 0 -> NONE;
        case 1 -> WAITING;
        case 2 -> CALLED;
        case 3 -> ACTIVE;
        case 4 -> SPENT;
        default ->
            throw new IllegalArgumentException(number + " (expected: the number of a stage)");
      };
    }
  }

  /**
   * What an operation has moved.
   *
   * @param freed whether the subject's place or slot was given up
   * @param called how many it has called
   * @param expired how many places it found unseen for too long or not claimed in time
   */
  record Moves(boolean freed, long called, long expired) {
    static final Moves NONE = new Moves(false, 0, 0);
  }

  /** The same line without the place. */
  Standing spent() {
    return new Standing(
        Stage.SPENT, sequence, OptionalLong.empty(), Instant.EPOCH, pause, now, Moves.NONE, line);
  }

  /**
   * How a line is doing.
   *
   * @param version of the terms in force, which may be newer than the caller's
   * @param perMinute calls a second, measured over about the last minute; 0 when nothing is known
   * @param perFive calls a second, measured over about the last five minutes
   * @param hold until when nobody is called because the line is being restored
   * @param rate calls a second at most, at present; 0 while the service behind is left alone
   * @param total calls ever
   */
  record Level(
      long waiting,
      long called,
      long active,
      LineState state,
      long version,
      double perMinute,
      double perFive,
      Instant hold,
      double rate,
      long capacity,
      long total) {
    long inside() {
      return called + active;
    }
  }
}
