package dev.gatehouse.idempotency;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One JSON object of strings, integers and booleans whose members are all known and stand once;
 * everything else is INVALID_REQUEST, saying what was found and what was expected.
 */
final class FlatJson {
  private final Map<String, Object> members;

  private FlatJson(Map<String, Object> members) {
    this.members = members;
  }

  /** Reads an object with these members at most. */
  static FlatJson read(byte[] octets, Set<String> known) {
    try (JsonParser json = Json.FACTORY.createParser(octets)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("the body is no JSON object (expected: one)");
      }
      Map<String, Object> members = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (!known.contains(name)) {
          throw invalid("an unknown member (expected: of " + String.join(", ", known) + ")");
        }
        if (members.put(name, value(json, name)) != null) {
          throw invalid(name + ": twice (expected: once)");
        }
      }
      if (json.nextToken() != null) {
        throw invalid("text after the object (expected: nothing)");
      }
      return new FlatJson(members);
    } catch (IOException e) {
      throw invalid("the body is not JSON (expected: one object)");
    }
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
    throw invalid(name + ": " + value + " (expected: a string)");
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

  private static Object value(JsonParser json, String name) throws IOException {
    return switch (json.nextToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case null, default ->
          throw invalid(name + ": another kind (expected: a string, an integer or a boolean)");
    };
  }

  static GatewayException invalid(String detail) {
    return new GatewayException(ErrorCode.INVALID_REQUEST, detail + ".");
  }
}
