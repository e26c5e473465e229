package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.GatewayResponses.Custom;
import dev.gatehouse.localstack.api.GatewayResponses.Parameter;
import dev.gatehouse.localstack.api.GatewayResponses.Template;
import dev.gatehouse.localstack.assembly.Resource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;

/** Reads {@code AWS::ApiGateway::GatewayResponse}. */
final class GatewayResponseTemplate {

  private static final String HEADER = "gatewayresponse.header.";

  private GatewayResponseTemplate() {}

  static GatewayResponses read(List<Resource> resources) {
    var customs = new EnumMap<GatewayResponseType, Custom>(GatewayResponseType.class);
    for (var resource : resources) {
      if (customs.put(type(resource), custom(resource)) != null) {
        throw resource.wrong("ResponseType", resource.text("ResponseType"), "one of a type");
      }
    }
    return new GatewayResponses(customs);
  }

  private static GatewayResponseType type(Resource resource) {
    var name = resource.text("ResponseType");
    return Arrays.stream(GatewayResponseType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                resource.wrong(
                    "ResponseType", name, Arrays.toString(GatewayResponseType.values())));
  }

  private static Custom custom(Resource resource) {
    var properties = resource.properties();
    var status = properties.path("StatusCode").asText();
    if (!status.isEmpty() && !status.matches("[1-5]\\d\\d")) {
      throw resource.wrong("StatusCode", status, "a status of three digits");
    }
    return new Custom(
        status.isEmpty() ? Optional.empty() : Optional.of(Integer.valueOf(status)),
        properties
            .path("ResponseParameters")
            .propertyStream()
            .map(e -> parameter(resource, e.getKey(), e.getValue().asText()))
            .toList(),
        properties
            .path("ResponseTemplates")
            .propertyStream()
            .map(e -> new Template(e.getKey(), VariableText.of(e.getValue().asText())))
            .toList());
  }

  private static Parameter parameter(Resource resource, String name, String value) {
    if (!name.startsWith(HEADER)) {
      throw resource.wrong("ResponseParameters", name, HEADER + "NAME");
    }
    var header = name.substring(HEADER.length());
    if (IntegrationTemplate.quoted(value)) {
      return new Parameter(header, true, value.substring(1, value.length() - 1));
    }
    if (!value.matches(
        "(method\\.request\\.(header|querystring|path)|context|stageVariables)\\..+")) {
      throw resource.wrong(
          "ResponseParameters." + name,
          value,
          "'fixed', method.request.header.NAME, context.NAME or stageVariables.NAME");
    }
    return new Parameter(header, false, value);
  }
}
