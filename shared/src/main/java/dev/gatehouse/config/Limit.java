package dev.gatehouse.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One rate limit.
 *
 * @param by the facts of a request that make up its key, together
 * @param cost what one request takes; 1 unless set, never more than a bucket or window holds
 * @param when the callers that it applies to; everyone unless set
 * @param shadow counted and logged, never refuses; false unless set
 * @param withoutRedis {@link WithoutRedis#LOCAL} unless set
 */
public record Limit(
    String name,
    List<Key> by,
    Algorithm algorithm,
    int cost,
    When when,
    boolean shadow,
    WithoutRedis withoutRedis) {

  public Limit {
    by = List.copyOf(by);
    if (by.isEmpty() || cost < 1) {
      throw new IllegalArgumentException(name + ": cost " + cost + " by " + by);
    }
  }

  /** The same limit for requests that take this much. */
  public Limit costing(int other) {
    return new Limit(name, by, algorithm, other, when, shadow, withoutRedis);
  }

  /** The same limit, counted another way. */
  public Limit counted(Algorithm other) {
    return new Limit(name, by, other, cost, when, shadow, withoutRedis);
  }

  /** How a limit counts. */
  public sealed interface Algorithm {
    /**
     * A bucket of {@code burst} tokens ({@code tokens} unless set), refilled with {@code tokens}
     * per {@code per}.
     */
    record TokenBucket(long tokens, Duration per, long burst) implements Algorithm {}

    /** At most {@code requests} in any window of this length, weighted over two counters. */
    record SlidingWindow(long requests, Duration window) implements Algorithm {}
  }

  /** One fact of a request. */
  public sealed interface Key {
    /** A fact that every request has. */
    enum Fact implements Key {
      /** Issuer and subject, or the client address of an anonymous caller. */
      USER,
      /** The client address; IPv6 by its /64. */
      IP,
      ROUTE,
      API_KEY,
      TIER
    }

    /** A request header's value. */
    record Header(String name) implements Key {}

    /** A claim of the caller's token. */
    record Claim(String name) implements Key {}
  }

  /** The callers that a limit applies to; an empty condition holds for everyone. */
  public record When(Optional<String> tier, Optional<String> role, Known caller) {
    public static final When ALWAYS = new When(Optional.empty(), Optional.empty(), Known.OR_NOT);
  }

  /** Whether a caller has shown a credential. */
  public enum Known {
    OR_NOT,
    ANONYMOUS,
    SIGNED_IN
  }

  /** What a limit decides while Redis cannot be reached. */
  public enum WithoutRedis {
    ALLOW,
    DENY,
    /** A bounded share of the limit in this environment's memory. */
    LOCAL
  }
}
