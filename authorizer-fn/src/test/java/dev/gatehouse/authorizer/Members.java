package dev.gatehouse.authorizer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A JSON object whose values are raw text, so that they can be anything. */
record Members(Map<String, String> raw) {

  /** The header of a token that is accepted. */
  static Members header(String alg, String keyId) {
    return new Members(new LinkedHashMap<>())
        .with("alg", quoted(alg))
        .with("typ", quoted("JWT"))
        .with("kid", quoted(keyId));
  }

  /** The claims of a token that is accepted at the {@link ManualClock}'s first instant. */
  static Members claims() {
    long now = new ManualClock().instant().getEpochSecond();
    return new Members(new LinkedHashMap<>())
        .with("iss", quoted(World.ISSUER))
        .with("sub", quoted("alice"))
        .with("aud", quoted(World.AUDIENCE))
        .with("iat", Long.toString(now - 10))
        .with("exp", Long.toString(now + 600));
  }

  Members with(String name, String json) {
    Map<String, String> changed = new LinkedHashMap<>(raw);
    changed.put(name, json);
    return new Members(changed);
  }

  Members without(String name) {
    Map<String, String> changed = new LinkedHashMap<>(raw);
    changed.remove(name);
    return new Members(changed);
  }

  static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /** The object's text. */
  String json() {
    return raw.entrySet().stream()
        .map(member -> quoted(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
