package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Reply.Answer;
import dev.gatehouse.localstack.api.Reply.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How API Gateway words its own answers. Source: API Gateway Developer Guide, "Gateway responses
 * for REST APIs".
 *
 * <p>A type without a gateway response has that of DEFAULT_4XX or DEFAULT_5XX; without that, the
 * message alone as JSON. The template is chosen by the first media type of Accept, then {@code
 * application/json}, then the first; its media type is the Content-Type unless a response parameter
 * sets one. A response parameter whose source is absent is left out. 413 cannot be customised
 * ("Important notes for REST APIs").
 */
record GatewayResponses(Map<GatewayResponseType, Custom> customs) {

  /**
   * A gateway response of the template.
   *
   * @param status empty: that of the fault
   * @param parameters values by name of the response header
   * @param templates by media type, in order
   */
  record Custom(Optional<Integer> status, List<Parameter> parameters, List<Template> templates) {

    Custom {
      parameters = List.copyOf(parameters);
      templates = List.copyOf(templates);
    }
  }

  /**
   * A response header.
   *
   * @param fixed whether the source is the value itself, not the name of a variable
   */
  record Parameter(String header, boolean fixed, String source) {}

  /** A body. */
  record Template(String mediaType, VariableText text) {}

  private static final Template PLAIN =
      new Template(
          "application/json", VariableText.of("{\"message\":$context.error.messageString}"));

  GatewayResponses {
    customs = Map.copyOf(customs);
  }

  Answer answer(Refusal refusal, Exchange exchange) {
    exchange.refused(refusal);
    var custom = custom(refusal.type());
    var headers = new ArrayList<Header>();
    headers.add(new Header("x-amzn-ErrorType", refusal.type().errorType()));
    for (var parameter : custom.map(Custom::parameters).orElse(List.of())) {
      var value = parameter.fixed() ? parameter.source() : exchange.variable(parameter.source());
      if (value != null) {
        headers.removeIf(header -> header.is(parameter.header()));
        headers.add(new Header(parameter.header(), value));
      }
    }
    var template = template(custom.map(Custom::templates).orElse(List.of()), exchange);
    if (headers.stream().noneMatch(header -> header.is("Content-Type"))) {
      headers.add(new Header("Content-Type", template.mediaType()));
    }
    return Answer.text(
        custom.flatMap(Custom::status).orElse(refusal.status()),
        headers,
        template.text().render(exchange, ""));
  }

  private Optional<Custom> custom(GatewayResponseType type) {
    if (type == GatewayResponseType.REQUEST_TOO_LARGE) {
      return Optional.empty();
    }
    return Optional.ofNullable(customs.getOrDefault(type, customs.get(type.fallback())));
  }

  private static Template template(List<Template> templates, Exchange exchange) {
    var accepted = BinaryMediaTypes.mediaType(exchange.request().header("Accept").orElse(""));
    return of(templates, accepted)
        .or(() -> of(templates, "application/json"))
        .or(() -> templates.stream().findFirst())
        .orElse(PLAIN);
  }

  private static Optional<Template> of(List<Template> templates, String mediaType) {
    return templates.stream()
        .filter(template -> template.mediaType().equalsIgnoreCase(mediaType))
        .findFirst();
  }
}
