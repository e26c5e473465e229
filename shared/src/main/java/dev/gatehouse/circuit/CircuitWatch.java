package dev.gatehouse.circuit;

import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Circuits as those see them who call no service: looked at once in {@link #FRESH} at most. Where
 * Redis does not answer they count as closed.
 */
public final class CircuitWatch {
  /** How long a look holds. */
  public static final Duration FRESH = Duration.ofSeconds(1);

  private final Redis redis;
  private final InstantSource clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** Circuits in this Redis. */
  public CircuitWatch(Redis redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  private record Seen(CircuitState state, Instant at) {}

  /** How a service's circuit stands. */
  public CircuitState of(String service) {
    Seen last = seen.get(service);
    Instant now = clock.instant();
    if (last != null && !now.isBefore(last.at()) && now.isBefore(last.at().plus(FRESH))) {
      return last.state();
    }
    CircuitState state =
        redis.call(CircuitScript.show(service)) instanceof Answered<RedisValues>(RedisValues values)
            ? CircuitScript.state(values)
            : CircuitState.CLOSED;
    seen.put(service, new Seen(state, now));
    return state;
  }
}
