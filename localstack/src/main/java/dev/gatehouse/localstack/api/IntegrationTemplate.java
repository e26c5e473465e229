package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gatehouse.localstack.api.Integration.Mock;
import dev.gatehouse.localstack.api.Integration.MockResponse;
import dev.gatehouse.localstack.api.Integration.Proxy;
import dev.gatehouse.localstack.assembly.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the {@code Integration} of a method. */
final class IntegrationTemplate {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern URI =
      Pattern.compile(
          "arn:aws:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(arn:aws:lambda:[^/]+)"
              + "/invocations");

  private IntegrationTemplate() {}

  /**
   * @param permitted whether API Gateway may call a function (ARN) for a verb of this method
   */
  static Integration read(Resource method, BiPredicate<String, String> permitted) {
    var integration = method.properties().path("Integration");
    var type = integration.path("Type").asText("nothing");
    return switch (type) {
      case "AWS_PROXY" -> proxy(method, integration, permitted);
      case "MOCK" -> mock(method, integration);
      default -> throw method.wrong("Integration.Type", type, "AWS_PROXY or MOCK");
    };
  }

  /** The ARN of the function inside the URI of an integration or authorizer. */
  static String function(Resource resource, String uri) {
    var matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw resource.wrong(
          "Uri",
          uri,
          "arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations");
    }
    return matcher.group(1);
  }

  private static Proxy proxy(
      Resource method, JsonNode integration, BiPredicate<String, String> permitted) {
    var verb = integration.path("IntegrationHttpMethod").asText("nothing");
    if (!verb.equals("POST")) {
      throw method.wrong(
          "Integration.IntegrationHttpMethod", verb, "POST: functions are invoked with POST");
    }
    int timeout = integration.path("TimeoutInMillis").asInt(Limits.TIMEOUT_MILLIS);
    if (timeout < 50) {
      throw method.wrong("Integration.TimeoutInMillis", Integer.toString(timeout), "50 or more");
    }
    var function = function(method, integration.path("Uri").asText());
    return new Proxy(
        function,
        Duration.ofMillis(timeout),
        RouteTree.VERBS.stream()
            .filter(each -> integration.has("Credentials") || permitted.test(function, each))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Mock mock(Resource method, JsonNode integration) {
    var statuses = new HashMap<String, Integer>();
    integration
        .path("RequestTemplates")
        .properties()
        .forEach(e -> statuses.put(e.getKey(), mockStatus(method, e.getValue().asText())));
    var behaviour = integration.path("PassthroughBehavior").asText("WHEN_NO_MATCH");
    var responses = new ArrayList<MockResponse>();
    integration
        .path("IntegrationResponses")
        .forEach(response -> responses.add(mockResponse(method, response)));
    return new Mock(
        Map.copyOf(statuses), behaviour.equals("WHEN_NO_MATCH"), List.copyOf(responses));
  }

  private static int mockStatus(Resource method, String template) {
    try {
      var status = JSON.readTree(template).path("statusCode");
      if (status.isInt()) {
        return status.asInt();
      }
    } catch (IOException e) {
      throw method.wrong("Integration.RequestTemplates", template, "fixed JSON: " + e.getMessage());
    }
    throw method.wrong("Integration.RequestTemplates", template, "{\"statusCode\": number}");
  }

  private static MockResponse mockResponse(Resource method, JsonNode response) {
    var headers = new ArrayList<Header>();
    response
        .path("ResponseParameters")
        .properties()
        .forEach(e -> headers.add(mockHeader(method, e.getKey(), e.getValue().asText())));
    var bodies = new LinkedHashMap<String, String>();
    response
        .path("ResponseTemplates")
        .properties()
        .forEach(e -> bodies.put(e.getKey(), fixed(method, e.getValue().asText())));
    var selection = response.path("SelectionPattern").asText();
    return new MockResponse(
        Pattern.compile(selection),
        selection.isEmpty(),
        response.path("StatusCode").asInt(),
        List.copyOf(headers),
        bodies);
  }

  private static Header mockHeader(Resource method, String parameter, String value) {
    var prefix = "method.response.header.";
    if (!parameter.startsWith(prefix) || !quoted(value)) {
      throw method.wrong(
          "Integration.ResponseParameters",
          parameter + ": " + value,
          prefix + "NAME with a fixed 'value'");
    }
    return new Header(parameter.substring(prefix.length()), value.substring(1, value.length() - 1));
  }

  static boolean quoted(String value) {
    return value.length() > 1 && value.startsWith("'") && value.endsWith("'");
  }

  private static String fixed(Resource method, String template) {
    if (template.contains("$") || template.contains("#")) {
      throw method.wrong("Integration.ResponseTemplates", template, "a fixed text without VTL");
    }
    return template;
  }
}
