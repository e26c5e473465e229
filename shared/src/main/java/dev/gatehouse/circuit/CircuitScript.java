package dev.gatehouse.circuit;

import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.util.List;

/** Calls of {@code circuit.lua}, which holds the whole algorithm. */
public final class CircuitScript {
  /** Within this time failures add up. */
  public static final Duration WINDOW = Duration.ofMinutes(1);

  private static final RedisScript SCRIPT =
      RedisScript.fromResource(CircuitScript.class, "circuit.lua");

  private CircuitScript() {}

  /**
   * A call about one service.
   *
   * @param arguments as the script describes them
   */
  public static RedisCall<RedisValues> call(String service, String... arguments) {
    String circuit = key(service);
    return SCRIPT.call(List.of(circuit, circuit + ":failures"), List.of(arguments));
  }

  /** Whether a circuit is anything but simply closed: held by hand, open, or half open. */
  public static RedisCall<Boolean> isKept(String service) {
    return RedisCall.exists(key(service));
  }

  /** Shows how it stands and changes nothing. */
  public static RedisCall<RedisValues> show(String service) {
    return call(service, "show", Long.toString(WINDOW.toMillis()));
  }

  private static String key(String service) {
    return "circuit:{" + service + "}";
  }

  /** The state in an answer. */
  public static CircuitState state(RedisValues values) {
    return CircuitState.of(values.number(0));
  }
}
