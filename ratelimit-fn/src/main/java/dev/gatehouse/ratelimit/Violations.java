package dev.gatehouse.ratelimit;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is wrong with an input, each with its place. */
final class Violations {
  private final String place;
  private final String prefix;
  private final List<Map<String, String>> list;

  private Violations(String place, String prefix, List<Map<String, String>> list) {
    this.place = place;
    this.prefix = prefix;
    this.list = list;
  }

  /** Of query parameters: {@code parameter} is their name. */
  static Violations ofParameters() {
    return new Violations("parameter", "", new ArrayList<>());
  }

  /** Of JSON: {@code pointer} is RFC 6901's. */
  static Violations ofMembers() {
    return new Violations("pointer", "/", new ArrayList<>());
  }

  /** The same list, for the members of a member. */
  Violations below(String name) {
    return new Violations(place, prefix + name + "/", list);
  }

  void add(String name, String found, String expected) {
    Map<String, String> violation = new LinkedHashMap<>();
    violation.put(place, prefix + name);
    violation.put("detail", found + " (expected: " + expected + ")");
    list.add(violation);
  }

  boolean none() {
    return list.isEmpty();
  }

  /**
   * @throws GatewayException VALIDATION_FAILED, with {@code violations}, if there are any
   */
  void check() {
    if (!none()) {
      throw new GatewayException(
          ErrorCode.VALIDATION_FAILED,
          "Not as expected: " + list.size() + (list.size() == 1 ? " value." : " values."),
          Map.of("violations", List.copyOf(list)));
    }
  }
}
