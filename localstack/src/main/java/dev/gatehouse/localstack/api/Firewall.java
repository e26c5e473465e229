package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of AWS WAF that changes requests: Count rules that match the value of one header exactly
 * and insert headers. WAF puts {@code x-amzn-waf-} before an inserted name and replaces what the
 * client sent under it (WAF Developer Guide, "Inserting custom request headers for nonblocking
 * actions"). Rules that only block - rates, managed groups - are not evaluated.
 */
record Firewall(List<Rule> rules) {

  /**
   * A rule that inserts.
   *
   * @param header whose value is matched
   * @param value the whole value that matches
   */
  record Rule(String header, String value, List<Header> inserted) {}

  private static final String PREFIX = "x-amzn-waf-";

  Firewall {
    rules = List.copyOf(rules);
  }

  /** The rules of the web ACL that is associated with a stage, in the order of their priority. */
  static Firewall of(Resolved resolved, String api, String stage) {
    var arns =
        resolved.ofType("AWS::WAFv2::WebACLAssociation").stream()
            .filter(
                each -> each.text("ResourceArn").endsWith("/restapis/" + api + "/stages/" + stage))
            .map(each -> each.text("WebACLArn"))
            .toList();
    return new Firewall(
        resolved.ofType("AWS::WAFv2::WebACL").stream()
            .filter(acl -> arns.contains(resolved.attribute(acl, "Arn")))
            .flatMap(
                acl ->
                    acl.properties()
                        .path("Rules")
                        .valueStream()
                        .sorted((a, b) -> priority(a) - priority(b))
                        .filter(rule -> !insertions(rule).isMissingNode())
                        .map(rule -> rule(acl, rule)))
            .toList());
  }

  /** The headers as they go on to API Gateway. */
  List<Header> pass(List<Header> headers) {
    if (rules.isEmpty()) {
      return headers;
    }
    var passed = new ArrayList<>(headers);
    for (var rule : rules) {
      if (headers.stream()
          .anyMatch(each -> each.is(rule.header()) && each.value().equals(rule.value()))) {
        for (var inserted : rule.inserted()) {
          passed.removeIf(each -> each.is(inserted.name()));
          passed.add(inserted);
        }
      }
    }
    return passed;
  }

  private static int priority(JsonNode rule) {
    return rule.path("Priority").asInt();
  }

  private static JsonNode insertions(JsonNode rule) {
    return rule.at("/Action/Count/CustomRequestHandling/InsertHeaders");
  }

  private static Rule rule(Resource acl, JsonNode rule) {
    var match = rule.path("Statement").path("ByteMatchStatement");
    var header = match.path("FieldToMatch").path("SingleHeader").path("Name").asText();
    var plain =
        match
            .path("TextTransformations")
            .valueStream()
            .allMatch(each -> each.path("Type").asText().equals("NONE"));
    if (header.isEmpty()
        || !plain
        || !match.path("PositionalConstraint").asText().equals("EXACTLY")) {
      throw acl.wrong(
          "Rules." + rule.path("Name").asText(),
          rule.path("Statement").toString(),
          "a rule that inserts headers by a ByteMatchStatement, EXACTLY, of a SingleHeader");
    }
    return new Rule(
        header,
        match.path("SearchString").asText(),
        insertions(rule)
            .valueStream()
            .map(
                each ->
                    new Header(PREFIX + each.path("Name").asText(), each.path("Value").asText()))
            .toList());
  }
}
