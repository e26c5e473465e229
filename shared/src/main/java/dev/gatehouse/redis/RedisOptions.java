package dev.gatehouse.redis;

import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;

/**
 * Bounds of a connection.
 *
 * @param commandTimeout the longest that a flush may wait for its replies; ten times that for the
 *     first 100 flushes of a fresh environment
 * @param connectTimeout the longest that a call waits for opening, login included
 * @param trust the certificates that servers are verified with; empty: those of the machine
 */
public record RedisOptions(
    Duration commandTimeout, Duration connectTimeout, Optional<KeyStore> trust) {

  /** The command timeout of the rate limits' contract, and 2 s to connect (a cold start's TLS). */
  public static final RedisOptions DEFAULTS =
      new RedisOptions(Duration.ofMillis(25), Duration.ofSeconds(2), Optional.empty());
}
