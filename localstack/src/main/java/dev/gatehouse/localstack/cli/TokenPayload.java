package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gatehouse.config.Issuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The claims of a demo token, under the names that the issuer's {@code claims} give them. */
record TokenPayload(
    String subject,
    Optional<String> scope,
    List<String> roles,
    Map<String, String> claims,
    Duration lifetime,
    Optional<String> audience) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LIFETIME = Pattern.compile("(-?\\d{1,9})([smhd])");

  /** {@code 90s}, {@code 10m}, {@code 2h}, {@code 1d}; below zero the token has expired already. */
  static Duration lifetime(String text) {
    return lifetime("--ttl", text);
  }

  /** The same for another option. */
  static Duration lifetime(String option, String text) {
    Matcher matcher = LIFETIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(option + ": " + text + " (expected: a time such as 10m)");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  byte[] bytes(Issuer issuer, Instant now) {
    ObjectNode payload = JSON.createObjectNode();
    payload.put("iss", issuer.issuer()).put("sub", subject);
    audience
        .or(() -> issuer.audiences().stream().findFirst())
        .ifPresent(value -> payload.put("aud", value));
    payload.put("iat", now.getEpochSecond()).put("exp", now.plus(lifetime).getEpochSecond());
    payload.put("jti", UUID.randomUUID().toString());
    set(payload, issuer.claims().user(), TextNode.valueOf(subject));
    scope.ifPresent(value -> set(payload, issuer.claims().scopes(), TextNode.valueOf(value)));
    if (!roles.isEmpty()) {
      ArrayNode list = JSON.createArrayNode();
      roles.forEach(list::add);
      set(payload, issuer.claims().roles(), list);
    }
    claims.forEach((name, value) -> payload.set(name, value(value)));
    return payload.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A dot descends into an object, as in gateway.yaml. */
  private static void set(ObjectNode payload, String name, JsonNode value) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      payload.set(name, value);
    } else {
      set(payload.withObjectProperty(name.substring(0, dot)), name.substring(dot + 1), value);
    }
  }

  private static JsonNode value(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return json.isMissingNode() ? TextNode.valueOf(text) : json;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
