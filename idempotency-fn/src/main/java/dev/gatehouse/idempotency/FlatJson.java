package dev.gatehouse.idempotency;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.json.StrictJson;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One JSON object whose members are all known, read as strings, integers and booleans; everything
 * else is INVALID_REQUEST, saying what was found and what was expected.
 */
final class FlatJson {
  private final Map<String, Object> members;

  private FlatJson(Map<String, Object> members) {
    this.members = members;
  }

  /** Reads an object with these members at most. */
  static FlatJson read(byte[] octets, Set<String> known) {
    return switch (StrictJson.read(octets)) {
      case StrictJson.Malformed(String reason) ->
          throw invalid("the object is malformed: " + reason);
      case StrictJson.Document(Map<String, Object> members) -> {
        if (!known.containsAll(members.keySet())) {
          throw invalid("an unknown member (expected: of " + String.join(", ", known) + ")");
        }
        yield new FlatJson(members);
      }
    };
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> invalid(name + ": nothing (expected: a string)"));
  }

  Optional<String> optionalText(String name) {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw invalid(name + ": another kind (expected: a string)");
  }

  /** An integer between two bounds, both included. */
  int number(String name, int least, int most, int otherwise) {
    Object value = members.getOrDefault(name, (long) otherwise);
    if (value instanceof Long number && number >= least && number <= most) {
      return number.intValue();
    }
    String found = value instanceof Long ? String.valueOf(value) : "no integer";
    throw invalid(name + ": " + found + " (expected: " + least + " to " + most + ")");
  }

  boolean flag(String name) {
    Object value = members.getOrDefault(name, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw invalid(name + ": no boolean (expected: true or false)");
  }

  static GatewayException invalid(String detail) {
    return new GatewayException(ErrorCode.INVALID_REQUEST, detail + ".");
  }
}
