package dev.gatehouse.localstack.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text with variables that API Gateway replaces without VTL: {@code $context.requestId}, {@code
 * $stageVariables.name}, {@code $method.request.header.Origin}. Source: API Gateway Developer
 * Guide, "Gateway responses for REST APIs" and "Variables for access logging". Values are not
 * escaped. A variable without a value is the text given for that: {@code -} in logs, nothing in
 * responses.
 */
record VariableText(List<Part> parts) {

  private static final String NAME =
      "context\\.authorizer\\.[A-Za-z0-9_-]+"
          + "|(?:context|stageVariables)(?:\\.[A-Za-z0-9_]+)+"
          + "|method\\.request\\.(?:header|querystring|path)\\.[A-Za-z0-9_-]+";

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{(" + NAME + ")}|(" + NAME + "))");

  /** A piece: fixed text, or the name of a variable. */
  record Part(boolean variable, String text) {}

  VariableText {
    parts = List.copyOf(parts);
  }

  static VariableText of(String text) {
    var parts = new ArrayList<Part>();
    var matcher = VARIABLE.matcher(text);
    int at = 0;
    while (matcher.find()) {
      parts.add(new Part(false, text.substring(at, matcher.start())));
      var braced = matcher.group(1);
      parts.add(new Part(true, braced == null ? matcher.group(2) : braced));
      at = matcher.end();
    }
    parts.add(new Part(false, text.substring(at)));
    return new VariableText(parts);
  }

  String render(Exchange exchange, String absent) {
    var rendered = new StringBuilder();
    for (var part : parts) {
      if (part.variable()) {
        var value = exchange.variable(part.text());
        rendered.append(value == null ? absent : value);
      } else {
        rendered.append(part.text());
      }
    }
    return rendered.toString();
  }
}
