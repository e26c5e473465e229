package dev.gatehouse.queue;

import java.util.Locale;
import java.util.Optional;

/** What an operator lets a line do. */
enum LineState {
  /** Everyone may join; the head is called. */
  OPEN(0),
  /** Everyone may join; nobody is called. Whoever was called may enter. */
  PAUSED(1),
  /** Nobody may join; nobody is called. Whoever was called may enter. */
  CLOSED(2),
  /** Nobody may join; those who wait are called. */
  DRAIN(3);

  private final int number;

  LineState(int number) {
    this.number = number;
  }

  /** The scripts' number for it. */
  int number() {
    return number;
  }

  boolean joinable() {
    return this == OPEN || this == PAUSED;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<LineState> of(String word) {
    for (LineState state : values()) {
      if (state.word().equals(word)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  static LineState of(long number) {
    for (LineState state : values()) {
      if (state.number == number) {
        return state;
      }
    }
    throw new IllegalArgumentException(number + " (expected: the number of a state)");
  }
}
