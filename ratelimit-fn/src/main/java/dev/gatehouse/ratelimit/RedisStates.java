package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The states of single keys in Redis, as operators change them.
 *
 * <p>An override is part of the state itself, so the one script call of a request finds it there.
 * What Redis loses, it loses with it.
 */
record RedisStates(Redis redis) {
  private static final RedisScript SCRIPT =
      RedisScript.fromResource(RedisStates.class, "administer.lua");

  /** Everything is left again; an override goes on. False if Redis did not answer. */
  boolean reset(Metered metered) {
    return run("reset", metered, List.of());
  }

  /** Counts by these numbers for a while. A bucket begins full. False if Redis did not answer. */
  boolean override(Metered metered, Algorithm algorithm, Duration lasting) {
    List<Long> numbers =
        switch (algorithm) {
          case Algorithm.TokenBucket(long tokens, Duration per, long burst) ->
              List.of(lasting.toMillis(), Meter.micros(per), tokens, burst);
          case Algorithm.SlidingWindow(long requests, Duration _) ->
              List.of(lasting.toMillis(), requests);
        };
    return run("override", metered, numbers);
  }

  /** Ends an override. False if Redis did not answer. */
  boolean restore(Metered metered) {
    return run("restore", metered, List.of());
  }

  private boolean run(String operation, Metered metered, List<Long> numbers) {
    List<String> arguments = new ArrayList<>(List.of(operation));
    Meter meter = metered.demand().meter();
    arguments.add(
        switch (meter) {
          case TokenBucket _ -> "0";
          case SlidingWindow(long _, long length) -> Long.toString(length);
        });
    arguments.add(Long.toString(meter.lifeMillis()));
    numbers.forEach(number -> arguments.add(Long.toString(number)));
    return switch (redis.call(SCRIPT.call(List.of(metered.demand().key()), arguments))) {
      case Answered<RedisValues> _ -> true;
      case Unavailable<RedisValues> _ -> false;
    };
  }
}
