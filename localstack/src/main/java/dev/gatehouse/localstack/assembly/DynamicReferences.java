package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dynamic references, {@code {{resolve:secretsmanager:NAME-or-ARN:SecretString:key}}}: the values
 * that CloudFormation fetches while it deploys. Source: CloudFormation User Guide, "Get values
 * stored in other services using dynamic references".
 */
public final class DynamicReferences {

  private static final Pattern REFERENCE = Pattern.compile("\\{\\{resolve:([^:}]+):([^}]*)}}");

  /** {@code arn:aws:secretsmanager:region:account:secret:name} has seven parts. */
  private static final int ARN_PARTS = 7;

  /** Where secrets are looked up. */
  public interface Secrets {
    /**
     * The value of a secret.
     *
     * @param secret name or ARN
     * @param key of the JSON in the secret; empty: the whole secret string
     * @return empty if there is no such secret or key
     */
    Optional<String> value(String secret, Optional<String> key);
  }

  private DynamicReferences() {}

  /**
   * The properties of a resource with every dynamic reference replaced; the resource itself is left
   * as it is.
   */
  public static JsonNode resolve(Resource resource, Secrets secrets) {
    return resolve(resource.properties(), resource, secrets);
  }

  private static JsonNode resolve(JsonNode node, Resource resource, Secrets secrets) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var copy = JsonNodeFactory.instance.objectNode();
        node.properties()
            .forEach(e -> copy.set(e.getKey(), resolve(e.getValue(), resource, secrets)));
        yield copy;
      }
      case ARRAY -> {
        var copy = JsonNodeFactory.instance.arrayNode();
        node.forEach(item -> copy.add(resolve(item, resource, secrets)));
        yield copy;
      }
      case STRING -> TextNode.valueOf(resolve(node.asText(), resource, secrets));
      case NUMBER, BOOLEAN, NULL, BINARY, MISSING, POJO -> node;
    };
  }

  private static String resolve(String text, Resource resource, Secrets secrets) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(value(match.group(1), match.group(2), resource, secrets)));
  }

  private static String value(String service, String rest, Resource resource, Secrets secrets) {
    if (!service.equals("secretsmanager")) {
      throw new AssemblyException(
          resource.where(), "{{resolve:" + service + ":…}}", "{{resolve:secretsmanager:…}}");
    }
    var parts = List.of(rest.split(":", -1));
    int secretParts = rest.startsWith("arn:") ? ARN_PARTS : 1;
    if (parts.size() < secretParts
        || (parts.size() > secretParts && !isSecretString(parts.get(secretParts)))) {
      throw new AssemblyException(
          resource.where(),
          "{{resolve:secretsmanager:" + rest + "}}",
          "NAME-or-ARN[:SecretString[:key]]");
    }
    var secret = String.join(":", parts.subList(0, secretParts));
    var key = parts.size() > secretParts + 1 ? parts.get(secretParts + 1) : "";
    return secrets
        .value(secret, Optional.of(key).filter(k -> !k.isEmpty()))
        .orElseThrow(
            () ->
                new AssemblyException(
                    resource.where(),
                    "{{resolve:secretsmanager:" + rest + "}}",
                    "a secret that exists, with that key"));
  }

  private static boolean isSecretString(String part) {
    return part.isEmpty() || part.equals("SecretString");
  }
}
