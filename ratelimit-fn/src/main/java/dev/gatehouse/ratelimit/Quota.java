package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import java.time.Duration;

/**
 * Where a caller stands with one limit, after the decision; counted in requests, each of which
 * takes the limit's cost.
 *
 * @param passed whether the limit let the request through; a shadow limit that did not has refused
 *     nothing
 * @param capacity the most that can ever be left
 * @param remaining requests that would pass now
 * @param retryAfter until the next request passes; zero while something remains
 * @param reset until everything is left again
 * @param local counted in this environment's memory, because Redis did not answer
 */
public record Quota(
    Limit limit,
    boolean passed,
    long capacity,
    long remaining,
    Duration retryAfter,
    Duration reset,
    boolean local) {}
