package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.redis.RedisCall;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one round of probes found of a service's instances, as all environments share it.
 *
 * <p>In Redis it is one value at {@code probes:{service}}, so that it is written whole or not at
 * all: the time of the round, then a line for each instance, {@code up} or {@code down} and the
 * {@link Place#text}. It ends by itself after {@link #EXPIRY}: what a prober found that has died is
 * forgotten.
 *
 * @param at when the round began
 * @param instances those that the round has decided about, by the text of their place
 */
record ProbeReport(Instant at, Map<String, State> instances) {
  /** Two rounds and a half: one lost round is not noticed. */
  static final Duration EXPIRY = Duration.ofSeconds(150);

  /** Nothing is known. */
  static final ProbeReport NONE = new ProbeReport(Instant.MIN, Map.of());

  private static final String BREAK = "\n";

  ProbeReport {
    instances = new LinkedHashMap<>(instances);
  }

  /** How an instance was found. */
  enum State {
    UP("up"),
    DOWN("down");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    private static Optional<State> of(String word) {
      return switch (word) {
        case "up" -> Optional.of(UP);
        case "down" -> Optional.of(DOWN);
        default -> Optional.empty();
      };
    }
  }

  /** From then on it says nothing. */
  Instant until() {
    return at.plus(EXPIRY);
  }

  Optional<State> of(Place place) {
    return Optional.ofNullable(instances.get(place.text()));
  }

  long number(State state) {
    return instances.values().stream().filter(state::equals).count();
  }

  /** Asks for a service's last report. */
  static RedisCall<Optional<byte[]>> read(String service) {
    return RedisCall.get(key(service));
  }

  /** Replaces a service's report. */
  RedisCall<String> write(String service) {
    StringBuilder text = new StringBuilder(at.toString());
    instances.forEach(
        (place, state) -> text.append(BREAK).append(state.word()).append(' ').append(place));
    return RedisCall.set(key(service), text.toString().getBytes(UTF_8), EXPIRY);
  }

  /** The report in a value; empty for anything else. */
  static Optional<ProbeReport> parse(byte[] value) {
    List<String> lines = List.of(new String(value, UTF_8).split(BREAK, -1));
    Map<String, State> instances = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 2);
      Optional<State> state = State.of(words[0]);
      if (words.length < 2 || state.isEmpty()) {
        return Optional.empty();
      }
      instances.put(words[1], state.get());
    }
    try {
      return Optional.of(new ProbeReport(Instant.parse(lines.getFirst()), instances));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String key(String service) {
    return "probes:{" + service + "}";
  }
}
