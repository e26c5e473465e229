package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a caller stands with one limit, after the decision; counted in requests, each of which
 * takes the limit's cost.
 *
 * @param limit as it counts: with an operator's numbers where these are overridden
 * @param key where its state is
 * @param passed whether the limit let the request through; a shadow limit that did not has refused
 *     nothing
 * @param capacity the most that can ever be left
 * @param remaining requests that would pass now
 * @param retryAfter until the next request passes; zero while something remains
 * @param reset until everything is left again
 * @param local counted in this environment's memory, because Redis did not answer
 * @param overriddenUntil the end of an operator's override
 */
public record Quota(
    Limit limit,
    String key,
    boolean passed,
    long capacity,
    long remaining,
    Duration retryAfter,
    Duration reset,
    boolean local,
    Optional<Instant> overriddenUntil) {

  /** Requests per {@link #window()}: what the limit refills, or admits. */
  public long requests() {
    return switch (limit.algorithm()) {
      case Algorithm.TokenBucket(long tokens, Duration _, long _) ->
          Math.max(1, tokens / limit.cost());
      case Algorithm.SlidingWindow(long requests, Duration _) -> requests / limit.cost();
    };
  }

  public Duration window() {
    return switch (limit.algorithm()) {
      case Algorithm.TokenBucket(long _, Duration per, long _) -> per;
      case Algorithm.SlidingWindow(long _, Duration window) -> window;
    };
  }
}
