package dev.gatehouse.redis;

import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.secrets.Secrets.Secret;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Redis as a function finds it: {@code REDIS_ENDPOINT}, an address, and {@code REDIS_SECRET}, the
 * name of a secret with the members {@code username} and {@code password}.
 */
public final class RedisEnvironment {
  private RedisEnvironment() {}

  /**
   * The connection of this environment, not opened yet.
   *
   * @throws IllegalStateException when a variable is missing
   */
  public static Redis redis(Map<String, String> environment, Secrets secrets, InstantSource clock) {
    return redis(environment, secrets, clock, RedisOptions.DEFAULTS);
  }

  /** The same with bounds of its own. */
  public static Redis redis(
      Map<String, String> environment, Secrets secrets, InstantSource clock, RedisOptions options) {
    String secret = required(environment, "REDIS_SECRET");
    return new Redis(
        RedisAddress.parse(required(environment, "REDIS_ENDPOINT")),
        renewed -> login(renewed ? secrets.read(secret) : secrets.text(secret)),
        options,
        clock);
  }

  /** Without its secret the login is empty, which Redis refuses: the next attempt reads again. */
  private static RedisLogin login(Secret secret) {
    Map<String, String> members =
        switch (secret) {
          case Secret.Known(String text) -> Secrets.members(text);
          case Secret.Unavailable unavailable -> Map.of();
        };
    return new RedisLogin(
        members.getOrDefault("username", ""), members.getOrDefault("password", ""));
  }

  private static String required(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .orElseThrow(() -> new IllegalStateException(name + " missing (expected: a value)"));
  }
}
