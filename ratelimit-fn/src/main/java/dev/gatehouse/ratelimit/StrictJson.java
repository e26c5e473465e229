package dev.gatehouse.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as plain values: String, Long, Boolean, List and Map; nothing else, no member twice, at most
 * {@value #MAX_DEPTH} levels.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 6;

  private StrictJson() {}

  /**
   * Reads one object.
   *
   * @throws GatewayException INVALID_REQUEST
   */
  static Map<String, Object> object(byte[] octets) {
    try (JsonParser json = Json.FACTORY.createParser(octets)) {
      if (json.nextToken() == JsonToken.START_OBJECT
          && value(json, 1) instanceof Map<?, ?> members
          && json.nextToken() == null) {
        Map<String, Object> object = new LinkedHashMap<>();
        members.forEach((name, value) -> object.put(String.valueOf(name), value));
        return object;
      }
      throw invalid("not one JSON object");
    } catch (IOException e) {
      throw invalid("no JSON"); // the parser's message quotes the text
    }
  }

  private static Object value(JsonParser json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw invalid("deeper than " + MAX_DEPTH + " levels");
    }
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_ARRAY -> list(json, depth);
      case START_OBJECT -> members(json, depth);
      default -> throw invalid("with a value that is null or a fraction");
    };
  }

  private static List<Object> list(JsonParser json, int depth) throws IOException {
    List<Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(json, depth + 1));
    }
    return list;
  }

  private static Map<String, Object> members(JsonParser json, int depth) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (members.put(name, value(json, depth + 1)) != null) {
        throw invalid("with a member twice");
      }
    }
    return members;
  }

  private static GatewayException invalid(String found) {
    return new GatewayException(
        ErrorCode.INVALID_REQUEST,
        "The body is " + found + " (expected: one object of strings, integers and booleans).");
  }
}
