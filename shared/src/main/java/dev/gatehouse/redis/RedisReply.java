package dev.gatehouse.redis;

/** The outcome of one call. */
public sealed interface RedisReply<T> {
  /** Redis answered. */
  record Answered<T>(T value) implements RedisReply<T> {}

  /**
   * There is no answer; the server may have executed the call nevertheless.
   *
   * @param detail for operators: an error code of Redis or a few words, never a secret
   */
  record Unavailable<T>(Reason reason, String detail) implements RedisReply<T> {}

  /** Why there is no answer. */
  enum Reason {
    /** Not asked: Redis has just failed repeatedly. */
    SKIPPED,
    /** No connection, or it broke before the answer. */
    DISCONNECTED,
    /** No answer within the command timeout. */
    TIMEOUT,
    /** Redis answered with an error. */
    REFUSED
  }
}
