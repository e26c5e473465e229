package dev.gatehouse.ratelimit;

/**
 * A limit's stored state; the {@link Meter} knows the numbers' meaning.
 *
 * <p>{@link TokenBucket}: theoretical arrival time in whole microseconds, its {@code d}-ths, 0.
 * {@link SlidingWindow}: index of the current window, count of the previous one, count of the
 * current one.
 */
record Cell(long at, long a, long b) {}
