package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The policy that an authorizer returned. Source: IAM User Guide, "IAM JSON policy elements
 * reference"; API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer".
 * Statements with {@code Condition}, {@code NotAction}, {@code NotResource} or a principal are
 * refused rather than guessed at.
 */
record Policy(List<Statement> statements) {

  private static final String INVOKE = "execute-api:invoke";
  private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
  private static final Set<String> ELEMENTS = Set.of("Sid", "Effect", "Action", "Resource");

  /** One statement. */
  record Statement(boolean allows, List<String> actions, List<String> resources) {

    boolean concerns(String methodArn) {
      return actions.stream().anyMatch(action -> Glob.matches(action, INVOKE))
          && resources.stream().anyMatch(resource -> Glob.matches(resource, methodArn));
    }
  }

  /** What a policy says of a method. */
  enum Verdict {
    ALLOWED,
    /** No statement allows it. */
    NOT_ALLOWED,
    /** A statement denies it, whatever others allow. */
    DENIED
  }

  Policy {
    statements = List.copyOf(statements);
  }

  /**
   * Reads a policy document.
   *
   * @throws MalformedAuthorization if it is none
   */
  static Policy of(JsonNode document) {
    if (!document.isObject()) {
      throw new MalformedAuthorization("policyDocument: " + document, "an object");
    }
    var version = document.path("Version").asText("2008-10-17");
    if (!VERSIONS.contains(version)) {
      throw new MalformedAuthorization("Version: " + version, String.join(" or ", VERSIONS));
    }
    var statement = document.path("Statement");
    var statements = new ArrayList<Statement>();
    if (statement.isArray()) {
      statement.forEach(each -> statements.add(statement(each)));
    } else {
      statements.add(statement(statement));
    }
    return new Policy(statements);
  }

  Verdict verdict(String methodArn) {
    var verdict = Verdict.NOT_ALLOWED;
    for (var statement : statements) {
      if (statement.concerns(methodArn)) {
        if (!statement.allows()) {
          return Verdict.DENIED;
        }
        verdict = Verdict.ALLOWED;
      }
    }
    return verdict;
  }

  private static Statement statement(JsonNode node) {
    if (!node.isObject()) {
      throw new MalformedAuthorization("Statement: " + node, "an object or a list of objects");
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!ELEMENTS.contains(name)) {
                throw new MalformedAuthorization(
                    "Statement." + name, "Sid, Effect, Action and Resource only");
              }
            });
    var effect = node.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw new MalformedAuthorization("Effect: " + node.path("Effect"), "Allow or Deny");
    }
    var resources = texts(node, "Resource");
    for (var resource : resources) {
      if (resource.length() > Limits.POLICY_RESOURCE_LENGTH) {
        throw new MalformedAuthorization(
            "Resource of " + resource.length() + " characters",
            "at most " + Limits.POLICY_RESOURCE_LENGTH);
      }
    }
    var actions =
        texts(node, "Action").stream().map(action -> action.toLowerCase(Locale.ROOT)).toList();
    return new Statement(effect.equals("Allow"), actions, resources);
  }

  private static List<String> texts(JsonNode statement, String element) {
    var node = statement.path(element);
    var values = node.isArray() ? node.valueStream().toList() : List.of(node);
    if (values.isEmpty() || !values.stream().allMatch(JsonNode::isTextual)) {
      throw new MalformedAuthorization(element + ": " + node, "a text or a list of texts");
    }
    return values.stream().map(JsonNode::asText).toList();
  }
}
