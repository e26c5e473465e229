package dev.gatehouse.localstack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How a service behaves instead of, or before, answering by its back end.
 *
 * @param answer an answer of its own; none: the back end answers
 * @param delay before it answers or breaks off; the request is recorded when it arrives
 * @param times for how many requests; none: until it is taken back
 * @param drop where the connection breaks
 */
public record Behaviour(
    Optional<Answer> answer, Duration delay, OptionalInt times, Optional<Drop> drop) {

  /** An answer that needs no back end. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, Map<String, List<String>> headers, byte[] body) {}

  /** Where a connection breaks. */
  public enum Drop {
    /** Before the back end has seen the request. */
    BEFORE,
    /** After the back end has done its work, before it answers. */
    AFTER,
    /** In the middle of the answer's body. */
    MID
  }

  /** Reads the control API's form, or says what is wrong with it. */
  public sealed interface Reading {
    record Valid(Behaviour behaviour) implements Reading {}

    record Invalid(String fault) implements Reading {}
  }

  /** {@code {"status","body","headers","delay_ms","times","drop"}}, every member optional. */
  public static Reading read(JsonNode json) {
    List<String> faults = new ArrayList<>();
    if (!json.isObject()) {
      faults.add("behaviour: " + json.getNodeType() + " (expected: an object)");
    }
    json.fieldNames().forEachRemaining(name -> checkName(name, faults));
    int status = whole(json, "status", 200, 100, 599, faults);
    int delay = whole(json, "delay_ms", 0, 0, 600_000, faults);
    int times = whole(json, "times", 0, 1, 1_000_000, faults);
    String drop = json.path("drop").asText("");
    Optional<Drop> dropped =
        Stream.of(Drop.values())
            .filter(place -> place.name().toLowerCase(Locale.ROOT).equals(drop))
            .findFirst();
    if (json.has("drop") && dropped.isEmpty()) {
      faults.add("drop: " + json.path("drop") + " (expected: before, after or mid)");
    }
    if (!faults.isEmpty()) {
      return new Reading.Invalid(String.join("; ", faults));
    }
    boolean answers = json.has("status") || json.has("body") || json.has("headers");
    return new Reading.Valid(
        new Behaviour(
            answers ? Optional.of(answer(status, json)) : Optional.empty(),
            Duration.ofMillis(delay),
            json.has("times") ? OptionalInt.of(times) : OptionalInt.empty(),
            dropped));
  }

  private static void checkName(String name, List<String> faults) {
    List<String> known = List.of("status", "body", "headers", "delay_ms", "times", "drop");
    if (!known.contains(name)) {
      faults.add(name + ": unknown (expected: one of " + String.join(", ", known) + ")");
    }
  }

  private static int whole(
      JsonNode json, String name, int absent, int least, int most, List<String> faults) {
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      faults.add(name + ": " + value + " (expected: a number from " + least + " to " + most + ")");
    }
    return value.intValue();
  }

  /** A body that is no text is the JSON that stands there. */
  private static Answer answer(int status, JsonNode json) {
    JsonNode body = json.path("body");
    String text = body.isTextual() || body.isMissingNode() ? body.asText("") : body.toString();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    json.path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), values(header.getValue())));
    return new Answer(status, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> values(JsonNode value) {
    List<String> values = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> values.add(item.asText()));
    } else {
      values.add(value.asText());
    }
    return values;
  }
}
