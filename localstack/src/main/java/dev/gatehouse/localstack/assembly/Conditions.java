package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;

/** The conditions of a template: Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition. */
final class Conditions {

  private final Template template;
  private final Intrinsics intrinsics;
  private final Deque<String> asked = new ArrayDeque<>();

  Conditions(Template template, Intrinsics intrinsics) {
    this.template = template;
    this.intrinsics = intrinsics;
  }

  boolean holds(String name, String where) {
    var definition = template.json().path("Conditions").path(name);
    if (definition.isMissingNode()) {
      throw new AssemblyException(where, "condition " + name, "a condition of the template");
    }
    if (asked.contains(name)) {
      throw new AssemblyException(where, "condition " + name, "a condition not about itself");
    }
    asked.push(name);
    try {
      return holds(definition, where);
    } finally {
      asked.pop();
    }
  }

  private boolean holds(JsonNode node, String where) {
    var function = node.isObject() && node.size() == 1 ? node.fieldNames().next() : "";
    var argument = node.path(function);
    return switch (function) {
      case "Condition" -> holds(argument.asText(), where);
      case "Fn::Not" -> !holds(argument.path(0), where);
      case "Fn::And" -> argument.valueStream().allMatch(each -> holds(each, where));
      case "Fn::Or" -> argument.valueStream().anyMatch(each -> holds(each, where));
      case "Fn::Equals" ->
          intrinsics
              .text(argument.path(0), where, function)
              .equals(intrinsics.text(argument.path(1), where, function));
      default ->
          throw new AssemblyException(
              where, "condition " + node, "Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition");
    };
  }
}
