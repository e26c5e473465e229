package dev.gatehouse.proxy;

import dev.gatehouse.config.Messages.Accepts;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which bodies a route accepts: their length, their type, and what a JSON Schema says of them.
 *
 * <p>What is checked here must be what the back end reads, so a body beside a schema has one
 * reading: UTF-8, no content coding, one type, strict JSON ({@link dev.gatehouse.json.StrictJson}).
 */
record BodyRules(Accepts accepts, Optional<BodySchema> schema) {
  private static final Set<String> MAY_BE_WITHOUT = Set.of("GET", "HEAD", "DELETE");
  private static final Set<String> CODINGS = Set.of("", "identity");

  /**
   * @param schemas those that are compiled; routes share them
   */
  static BodyRules of(Accepts accepts, Map<String, BodySchema> schemas) {
    return new BodyRules(
        accepts,
        accepts.schema().map(name -> schemas.computeIfAbsent(name, BodySchema::fromClassPath)));
  }

  /**
   * Refuses a body that is not accepted.
   *
   * @throws GatewayException PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST or
   *     VALIDATION_FAILED
   */
  void check(Exchange exchange) {
    GatewayRequest request = exchange.request();
    if (request.body().length > accepts.maxBody()) {
      throw refused(
          exchange,
          ErrorCode.PAYLOAD_TOO_LARGE,
          "The body is longer than " + accepts.maxBody() + " octets.",
          Map.of("max_octets", accepts.maxBody()));
    }
    if (request.body().length == 0) {
      if (schema.isPresent() && !MAY_BE_WITHOUT.contains(request.method())) {
        throw refused(exchange, ErrorCode.INVALID_REQUEST, "The body is empty.", Map.of());
      }
      return;
    }
    if (!accepts.types().isEmpty() && !isOfType(request)) {
      throw refused(
          exchange,
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "The body must be " + String.join(" or ", accepts.types()) + encodings() + ".",
          Map.of("types", accepts.types()));
    }
    schema.ifPresent(rules -> check(exchange, rules));
  }

  private String encodings() {
    return schema.isPresent() ? ", in UTF-8 and not compressed" : "";
  }

  private boolean isOfType(GatewayRequest request) {
    List<String> types = request.headers().all("Content-Type");
    if (types.size() != 1) {
      return false;
    }
    String type = types.getFirst();
    int parameters = type.indexOf(';');
    String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return accepts.types().contains(bare.toLowerCase(Locale.ROOT))
        && (schema.isEmpty()
            || (isUtf8(parameters < 0 ? "" : type.substring(parameters + 1)) && isPlain(request)));
  }

  /** RFC 8259 section 8.1; any other parameter may mean another reading. */
  private static boolean isUtf8(String parameters) {
    String text = parameters.strip().replace("\"", "").toLowerCase(Locale.ROOT);
    return text.isEmpty() || text.equals("charset=utf-8");
  }

  private static boolean isPlain(GatewayRequest request) {
    return request.headers().all("Content-Encoding").stream()
        .allMatch(coding -> CODINGS.contains(coding.strip().toLowerCase(Locale.ROOT)));
  }

  private static void check(Exchange exchange, BodySchema schema) {
    switch (schema.check(exchange.request().body())) {
      case BodySchema.Checked.Valid() -> {} // goes on
      case BodySchema.Checked.Malformed(String reason) ->
          throw refused(
              exchange, ErrorCode.INVALID_REQUEST, "The body is " + reason + ".", Map.of());
      case BodySchema.Checked.Invalid(var violations) ->
          throw refused(
              exchange,
              ErrorCode.VALIDATION_FAILED,
              "The body is not as it must be.",
              Map.of("violations", violations));
    }
  }

  private static GatewayException refused(
      Exchange exchange, ErrorCode code, String detail, Map<String, Object> members) {
    exchange.log().put("stage", "body");
    return new GatewayException(code, detail, members);
  }
}
