package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One resource of a stack, its properties resolved.
 *
 * @param stack name of its stack
 * @param logicalId its key in the template
 * @param type such as {@code AWS::Lambda::Function}
 * @param properties an object without intrinsic functions; dynamic references are still in it
 * @param metadata the template's {@code Metadata}, as it stands; an object, perhaps empty
 */
public record Resource(
    String stack, String logicalId, String type, JsonNode properties, JsonNode metadata) {

  /** {@code stack/logicalId}: where messages say that something is wrong. */
  public String where() {
    return stack + "/" + logicalId;
  }

  /** A property that must be a non-empty text. */
  public String text(String property) {
    var value = properties.path(property);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw wrong(property, value.isMissingNode() ? "nothing" : value.toString(), "a text");
    }
    return value.asText();
  }

  /** A text property, or the fallback where it is absent. */
  public String text(String property, String fallback) {
    return properties.has(property) ? text(property) : fallback;
  }

  /** The complaint about a property. */
  public AssemblyException wrong(String property, String found, String expected) {
    return new AssemblyException(where() + " " + type + " " + property, found, expected);
  }
}
