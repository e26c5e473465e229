package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an authorizer answered.
 *
 * @param context its values as API Gateway hands them on: all texts
 */
record Authorization(String principalId, Policy policy, Map<String, String> context) {

  /**
   * Reads the answer of an authorizer function. {@code usageIdentifierKey} is ignored.
   *
   * @throws MalformedAuthorization if it is none
   */
  static Authorization of(JsonNode answer) {
    var principal = answer.path("principalId");
    if (!principal.isTextual() || principal.asText().isEmpty()) {
      throw new MalformedAuthorization("principalId: " + principal, "a non-empty text");
    }
    return new Authorization(
        principal.asText(), Policy.of(answer.path("policyDocument")), context(answer));
  }

  private static Map<String, String> context(JsonNode answer) {
    var context = new LinkedHashMap<String, String>();
    var node = answer.path("context");
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      throw new MalformedAuthorization("context: " + node, "an object");
    }
    node.properties()
        .forEach(
            e -> {
              var value = e.getValue();
              if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
                throw new MalformedAuthorization(
                    "context." + e.getKey() + ": " + value, "a text, a number or a boolean");
              }
              context.put(e.getKey(), value.asText());
            });
    return context;
  }
}
