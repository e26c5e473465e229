package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CloudFormation's intrinsic functions. Source: CloudFormation Template Reference, "Intrinsic
 * function reference"; functions of transforms ({@code Fn::Transform}, {@code Fn::Length}, …) are
 * refused.
 */
final class Intrinsics {

  /** What a template can refer to; the answers know no intrinsic functions any more. */
  interface Scope {
    /** Ref: a resource, a parameter or a pseudo parameter; empty for {@code AWS::NoValue}. */
    Optional<JsonNode> ref(String name, String where);

    JsonNode attribute(String logicalId, String attribute, String where);

    JsonNode mapping(String map, String first, String second, String where);

    boolean condition(String name, String where);

    JsonNode imported(String export, String where);

    List<String> zones();
  }

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(!?)([^}]*)}");

  private final Scope scope;

  Intrinsics(Scope scope) {
    this.scope = scope;
  }

  /** The value of a node; empty if it is to be left out (AWS::NoValue). */
  Optional<JsonNode> value(JsonNode node, String where) {
    if (node.isArray()) {
      var copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> value(item, where).ifPresent(copy::add));
      return Optional.of(copy);
    }
    if (!node.isObject()) {
      return Optional.of(node);
    }
    var function = function(node);
    return function.isPresent()
        ? call(function.get(), node.get(function.get()), where)
        : Optional.of(object(node, where));
  }

  private JsonNode object(JsonNode node, String where) {
    var copy = JsonNodeFactory.instance.objectNode();
    node.properties()
        .forEach(e -> value(e.getValue(), where).ifPresent(v -> copy.set(e.getKey(), v)));
    return copy;
  }

  /** A value that must be there. */
  JsonNode required(JsonNode node, String where, String what) {
    return value(node, where)
        .orElseThrow(() -> new AssemblyException(where, what + " AWS::NoValue", "a value"));
  }

  /** A value that must be a text, a number or a boolean. */
  String text(JsonNode node, String where, String what) {
    var value = required(node, where, what);
    if (!value.isValueNode() || value.isNull()) {
      throw new AssemblyException(where, what + " " + value, "a text");
    }
    return value.asText();
  }

  private static Optional<String> function(JsonNode node) {
    if (node.size() != 1) {
      return Optional.empty();
    }
    var name = node.fieldNames().next();
    return name.equals("Ref") || name.startsWith("Fn::") ? Optional.of(name) : Optional.empty();
  }

  private Optional<JsonNode> call(String function, JsonNode argument, String where) {
    return switch (function) {
      case "Ref" -> scope.ref(text(argument, where, "Ref"), where);
      case "Fn::If" -> choose(argument, where);
      case "Fn::GetAtt" -> Optional.of(attribute(argument, where));
      case "Fn::Sub" -> Optional.of(substitute(argument, where));
      case "Fn::Join" -> Optional.of(join(argument, where));
      case "Fn::Select" -> Optional.of(select(argument, where));
      case "Fn::Split" -> Optional.of(split(argument, where));
      case "Fn::FindInMap" -> Optional.of(find(argument, where));
      case "Fn::ImportValue" -> Optional.of(scope.imported(text(argument, where, function), where));
      case "Fn::GetAZs" -> Optional.of(texts(scope.zones()));
      case "Fn::Base64" ->
          Optional.of(
              TextNode.valueOf(
                  Base64.getEncoder()
                      .encodeToString(
                          text(argument, where, function).getBytes(StandardCharsets.UTF_8))));
      default ->
          throw new AssemblyException(
              where,
              function,
              "Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select, Fn::Split, Fn::FindInMap, Fn::If,"
                  + " Fn::ImportValue, Fn::GetAZs or Fn::Base64");
    };
  }

  private Optional<JsonNode> choose(JsonNode argument, String where) {
    arguments(argument, 3, "Fn::If", "[condition, value, value]", where);
    boolean chosen = scope.condition(argument.get(0).asText(), where);
    return value(argument.get(chosen ? 1 : 2), where);
  }

  private JsonNode attribute(JsonNode argument, String where) {
    if (argument.isTextual()) {
      var name = argument.asText();
      int dot = name.indexOf('.');
      if (dot < 0) {
        throw new AssemblyException(where, "Fn::GetAtt " + name, "resource.attribute");
      }
      return scope.attribute(name.substring(0, dot), name.substring(dot + 1), where);
    }
    arguments(argument, 2, "Fn::GetAtt", "[resource, attribute]", where);
    return scope.attribute(
        argument.get(0).asText(), text(argument.get(1), where, "Fn::GetAtt"), where);
  }

  private JsonNode substitute(JsonNode argument, String where) {
    if (argument.isArray()) {
      arguments(argument, 2, "Fn::Sub", "[text, variables]", where);
    }
    var pattern = argument.isArray() ? argument.get(0) : argument;
    var variables = argument.isArray() ? argument.get(1) : JsonNodeFactory.instance.objectNode();
    if (!pattern.isTextual()) {
      throw new AssemblyException(where, "Fn::Sub " + pattern, "a text");
    }
    return TextNode.valueOf(
        PLACEHOLDER
            .matcher(pattern.asText())
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(
                        match.group(1).isEmpty()
                            ? placeholder(match.group(2).strip(), variables, where)
                            : "${" + match.group(2) + "}")));
  }

  private String placeholder(String name, JsonNode variables, String where) {
    if (variables.has(name)) {
      return text(variables.get(name), where, "Fn::Sub ${" + name + "}");
    }
    int dot = name.indexOf('.');
    var value =
        dot < 0
            ? scope.ref(name, where)
            : Optional.of(scope.attribute(name.substring(0, dot), name.substring(dot + 1), where));
    return value
        .filter(JsonNode::isValueNode)
        .orElseThrow(() -> new AssemblyException(where, "Fn::Sub ${" + name + "}", "a text"))
        .asText();
  }

  private JsonNode join(JsonNode argument, String where) {
    arguments(argument, 2, "Fn::Join", "[delimiter, list]", where);
    var parts = new ArrayList<String>();
    list(argument.get(1), "Fn::Join", where)
        .forEach(part -> parts.add(text(part, where, "Fn::Join")));
    return TextNode.valueOf(String.join(argument.get(0).asText(), parts));
  }

  private JsonNode select(JsonNode argument, String where) {
    arguments(argument, 2, "Fn::Select", "[index, list]", where);
    var index = text(argument.get(0), where, "Fn::Select");
    var list = list(argument.get(1), "Fn::Select", where);
    var chosen = index.matches("\\d{1,6}") ? list.path(Integer.parseInt(index)) : list.path(-1);
    if (chosen.isMissingNode()) {
      throw new AssemblyException(
          where, "Fn::Select " + index, "an index below " + list.size() + " of " + list);
    }
    return chosen;
  }

  private JsonNode split(JsonNode argument, String where) {
    arguments(argument, 2, "Fn::Split", "[delimiter, text]", where);
    var delimiter = argument.get(0).asText();
    if (delimiter.isEmpty()) {
      throw new AssemblyException(where, "Fn::Split \"\"", "a delimiter");
    }
    var source = text(argument.get(1), where, "Fn::Split");
    return texts(List.of(source.split(Pattern.quote(delimiter), -1)));
  }

  private JsonNode find(JsonNode argument, String where) {
    arguments(argument, 3, "Fn::FindInMap", "[map, key, key]", where);
    return scope.mapping(
        text(argument.get(0), where, "Fn::FindInMap"),
        text(argument.get(1), where, "Fn::FindInMap"),
        text(argument.get(2), where, "Fn::FindInMap"),
        where);
  }

  private JsonNode list(JsonNode node, String function, String where) {
    var list = required(node, where, function);
    if (!list.isArray()) {
      throw new AssemblyException(where, function + " " + list, "a list");
    }
    return list;
  }

  private static void arguments(
      JsonNode argument, int count, String function, String expected, String where) {
    if (!argument.isArray() || argument.size() != count) {
      throw new AssemblyException(where, function + " " + argument, expected);
    }
  }

  private static JsonNode texts(List<String> texts) {
    var array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
