package dev.gatehouse.queue;

/**
 * What a store answered, or that it did not.
 *
 * @param <T> an answer
 */
sealed interface Stored<T> {
  record Answered<T>(T value) implements Stored<T> {}

  /**
   * The store did not answer; it may have acted.
   *
   * @param reason the fault's class, for the log
   */
  record Unavailable<T>(String reason) implements Stored<T> {}
}
