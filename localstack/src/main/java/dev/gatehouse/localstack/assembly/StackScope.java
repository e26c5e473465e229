package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * One stack while it is resolved. A resource is resolved when it is first referred to; one that
 * needs itself is refused, as CloudFormation does ("Circular dependency").
 */
final class StackScope implements Intrinsics.Scope {

  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  private final Template template;
  private final Settings settings;
  private final BiFunction<String, String, JsonNode> exports;
  private final String region;
  private final String account;
  private final GeneratedIds generated;
  private final Intrinsics intrinsics = new Intrinsics(this);
  private final Conditions conditions;
  private final Map<String, Resource> resolved = new HashMap<>();
  private final Set<String> underWay = new LinkedHashSet<>();

  /**
   * @param exports the value of an export of another stack, by its name and the place that asks
   */
  StackScope(Template template, Settings settings, BiFunction<String, String, JsonNode> exports) {
    this.template = template;
    this.settings = settings;
    this.exports = exports;
    this.region = template.region().isEmpty() ? settings.region() : template.region();
    this.account = template.account().isEmpty() ? settings.account() : template.account();
    this.generated = new GeneratedIds(region, account);
    this.conditions = new Conditions(template, intrinsics);
  }

  /** The resources whose condition holds, in the order of the template. */
  List<Resource> resources() {
    return template
        .resources()
        .propertyStream()
        .filter(e -> exists(e.getValue(), e.getKey()))
        .map(e -> resource(e.getKey(), template.stack()))
        .toList();
  }

  /** The outputs whose condition holds. */
  Map<String, JsonNode> outputs() {
    var outputs = new LinkedHashMap<String, JsonNode>();
    template
        .outputs()
        .properties()
        .forEach(
            e -> {
              if (exists(e.getValue(), e.getKey())) {
                outputs.put(e.getKey(), output(e.getKey()));
              }
            });
    return outputs;
  }

  JsonNode output(String name) {
    return intrinsics.required(
        template.outputs().path(name).path("Value"), where(name), "output " + name);
  }

  /** Names of the exports, and the output behind each. */
  Map<String, String> exportNames() {
    var names = new LinkedHashMap<String, String>();
    template
        .outputs()
        .properties()
        .forEach(
            e -> {
              var export = e.getValue().path("Export").path("Name");
              if (!export.isMissingNode() && exists(e.getValue(), e.getKey())) {
                names.put(intrinsics.text(export, where(e.getKey()), "Export.Name"), e.getKey());
              }
            });
    return names;
  }

  Resolved.Place place() {
    return new Resolved.Place(region, account);
  }

  JsonNode id(Resource resource, String attribute) {
    return settings
        .ids()
        .id(resource, attribute)
        .map(id -> (JsonNode) TextNode.valueOf(id))
        .orElseGet(() -> generated.id(resource, attribute));
  }

  @Override
  public Optional<JsonNode> ref(String name, String where) {
    return switch (name) {
      case "AWS::NoValue" -> Optional.empty();
      case "AWS::Region" -> pseudo(region);
      case "AWS::AccountId" -> pseudo(account);
      case "AWS::Partition" -> pseudo("aws");
      case "AWS::URLSuffix" -> pseudo("amazonaws.com");
      case "AWS::StackName" -> pseudo(template.stack());
      case "AWS::StackId" ->
          pseudo(
              "arn:aws:cloudformation:%s:%s:stack/%s/local"
                  .formatted(region, account, template.stack()));
      case "AWS::NotificationARNs" -> Optional.of(JsonNodeFactory.instance.arrayNode());
      default ->
          Optional.of(
              template.json().path("Parameters").has(name)
                  ? parameter(name, where)
                  : id(resource(name, where), ""));
    };
  }

  @Override
  public JsonNode attribute(String logicalId, String attribute, String where) {
    return id(resource(logicalId, where), attribute);
  }

  @Override
  public JsonNode mapping(String map, String first, String second, String where) {
    var value = template.json().path("Mappings").path(map).path(first).path(second);
    if (value.isMissingNode()) {
      throw new AssemblyException(
          where,
          "Fn::FindInMap %s %s %s".formatted(map, first, second),
          "an entry of the template's Mappings");
    }
    return value;
  }

  @Override
  public boolean condition(String name, String where) {
    return conditions.holds(name, where);
  }

  @Override
  public JsonNode imported(String export, String where) {
    return exports.apply(export, where);
  }

  @Override
  public List<String> zones() {
    return List.of(region + "a", region + "b", region + "c");
  }

  private Resource resource(String logicalId, String where) {
    var known = resolved.get(logicalId);
    if (known != null) {
      return known;
    }
    var definition = template.resource(logicalId);
    if (definition.isMissingNode() || !exists(definition, logicalId)) {
      throw new AssemblyException(
          where,
          "a reference to " + logicalId,
          "a resource or parameter of "
              + template.stack()
              + (definition.isMissingNode() ? "" : " whose condition holds"));
    }
    if (!underWay.add(logicalId)) {
      throw new AssemblyException(
          where,
          "a circular dependency of " + String.join(", ", underWay),
          "references without a circle");
    }
    var resource = resolve(logicalId, definition);
    underWay.remove(logicalId);
    resolved.put(logicalId, resource);
    return resource;
  }

  private Resource resolve(String logicalId, JsonNode definition) {
    var type = definition.path("Type").asText();
    if (type.isEmpty()) {
      throw new AssemblyException(where(logicalId), "a resource without Type", "a Type");
    }
    var properties =
        definition.has("Properties")
            ? intrinsics.required(definition.get("Properties"), where(logicalId), "Properties")
            : NOTHING;
    var metadata = definition.path("Metadata");
    return new Resource(
        template.stack(), logicalId, type, properties, metadata.isObject() ? metadata : NOTHING);
  }

  private JsonNode parameter(String name, String where) {
    var definition = template.json().path("Parameters").path(name);
    var given = settings.parameters().get(name);
    if (given == null && !definition.has("Default")) {
      throw new AssemblyException(where, "parameter " + name, "a value or a Default");
    }
    var value = given == null ? definition.get("Default") : TextNode.valueOf(given);
    var type = definition.path("Type").asText();
    if (type.startsWith("AWS::SSM::Parameter::Value")) {
      var stated = settings.systemParameters().get(value.asText());
      if (stated == null) {
        throw new AssemblyException(
            where,
            "parameter " + name + " (Systems Manager parameter " + value.asText() + ")",
            "a stated value; there are values for " + settings.systemParameters().keySet());
      }
      return TextNode.valueOf(stated);
    }
    return type.equals("CommaDelimitedList") || type.startsWith("List<")
        ? commaSeparated(value.asText())
        : value;
  }

  private static JsonNode commaSeparated(String text) {
    var list = JsonNodeFactory.instance.arrayNode();
    List.of(text.split(",", -1)).forEach(item -> list.add(item.strip()));
    return list;
  }

  private boolean exists(JsonNode definition, String logicalId) {
    return !definition.has("Condition")
        || conditions.holds(definition.get("Condition").asText(), where(logicalId));
  }

  private static Optional<JsonNode> pseudo(String value) {
    return Optional.of(TextNode.valueOf(value));
  }

  private String where(String logicalId) {
    return template.stack() + "/" + logicalId;
  }
}
