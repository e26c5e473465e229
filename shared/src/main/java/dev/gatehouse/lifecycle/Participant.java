package dev.gatehouse.lifecycle;

/** A part of a function that has something to do around a checkpoint. */
public interface Participant {
  /** Runs the hot path once, read-only, so that its classes and code are in the snapshot. */
  default void prime() throws Exception {}

  /** Lets go of what a snapshot must not hold: connections, credentials, ages. */
  default void beforeCheckpoint() throws Exception {}

  /** Takes up work in a restored environment, within a second. */
  default void afterRestore() throws Exception {}
}
