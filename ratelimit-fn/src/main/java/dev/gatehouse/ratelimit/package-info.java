/**
 * Rate limits: exact, fair, decided together.
 *
 * <p>{@link dev.gatehouse.ratelimit.RateLimiter} takes the limits of a route and the facts of a
 * {@link dev.gatehouse.ratelimit.Caller} and gives one {@link dev.gatehouse.ratelimit.Decision} for
 * all of them; {@link dev.gatehouse.ratelimit.RateLimitHeaders} tells the client. State is in
 * Redis, decided there by one script per hash slot and one round trip for all of them, by Redis'
 * own clock.
 *
 * <p>In any window of length T no more than {@code burst + rate * T} is admitted (a sliding window
 * of n requests counts as a burst of n at n per window), an offered load above the rate is served
 * at the rate, and one client's requests never count against another's.
 *
 * <p>{@link dev.gatehouse.ratelimit.RateLimitHandler} is the module's own function: what a caller
 * has left, decisions for workloads that invoke it, and the administration of single keys
 * (docs/limits.md).
 */
@NullMarked
package dev.gatehouse.ratelimit;

import org.jspecify.annotations.NullMarked;
