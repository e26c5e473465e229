package dev.gatehouse.ratelimit;

/**
 * How full a limit is, as its store answers; the {@link Meter} knows the three numbers' meaning.
 *
 * <p>{@link TokenBucket}: backlog in whole microseconds, its {@code d}-ths, 0. {@link
 * SlidingWindow}: count of the previous window, of the current one, milliseconds since that began.
 */
record Level(long first, long second, long third) {}
