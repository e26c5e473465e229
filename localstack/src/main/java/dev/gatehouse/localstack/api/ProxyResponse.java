package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gatehouse.localstack.api.Reply.Answer;
import dev.gatehouse.localstack.api.Reply.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Reads what a function answered to a proxy integration. Source: API Gateway Developer Guide,
 * "Output format of a Lambda function for proxy integration".
 *
 * <p>Only {@code statusCode}, {@code headers}, {@code multiValueHeaders}, {@code body} and {@code
 * isBase64Encoded} may be there; header values are texts or booleans; headers of both maps are
 * merged and {@code multiValueHeaders} wins. Stricter than the service: {@code statusCode} must be
 * there and a whole number, and headers must be valid HTTP and within the size quota. Whatever is
 * malformed is 502; a base64 body that cannot be decoded is API_CONFIGURATION_ERROR.
 */
final class ProxyResponse {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> MEMBERS =
      Set.of("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded");

  /** A member of the answer that API Gateway would not take. */
  private static final class Malformed extends RuntimeException {
    Malformed(String found, String expected) {
      super("%s (expected: %s)".formatted(found, expected));
    }
  }

  private ProxyResponse() {}

  /**
   * @param decodes whether the client's Accept matches the API's binary media types
   */
  static Reply read(byte[] payload, boolean decodes) {
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (IOException e) {
      return malformed("no JSON: " + e.getMessage());
    }
    try {
      return read(answer, decodes);
    } catch (Malformed e) {
      return malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Reply read(JsonNode answer, boolean decodes) {
    if (!answer.isObject()) {
      throw new Malformed("a " + answer.getNodeType(), "an object");
    }
    answer.fieldNames().forEachRemaining(ProxyResponse::member);
    int status = status(answer.path("statusCode"));
    var headers = headers(answer);
    var body = answer.path("body");
    if (!body.isMissingNode() && !body.isNull() && !body.isTextual()) {
      throw new Malformed("body: a " + body.getNodeType(), "a text");
    }
    var encoded = answer.path("isBase64Encoded");
    if (!encoded.isMissingNode() && !encoded.isBoolean()) {
      throw new Malformed("isBase64Encoded: " + encoded, "true or false");
    }
    var text = body.asText("");
    if (!encoded.asBoolean() || !decodes) {
      return Answer.text(status, headers, text);
    }
    try {
      return new Answer(status, headers, Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Refusal.of(
          GatewayResponseType.API_CONFIGURATION_ERROR, "body is no base64: " + e.getMessage());
    }
  }

  private static void member(String name) {
    if (!MEMBERS.contains(name)) {
      throw new Malformed("member " + name, String.join(", ", MEMBERS));
    }
  }

  private static int status(JsonNode status) {
    if (!status.isInt() || status.asInt() < 200 || status.asInt() > 599) {
      throw new Malformed(
          "statusCode: " + (status.isMissingNode() ? "nothing" : status), "200 to 599");
    }
    return status.asInt();
  }

  private static List<Header> headers(JsonNode answer) {
    var headers = new ArrayList<Header>();
    objectOrNothing(answer, "headers")
        .properties()
        .forEach(e -> headers.add(header(e.getKey(), e.getValue())));
    objectOrNothing(answer, "multiValueHeaders")
        .properties()
        .forEach(
            e -> {
              if (!e.getValue().isArray()) {
                throw new Malformed("multiValueHeaders." + e.getKey(), "a list of texts");
              }
              headers.removeIf(header -> header.is(e.getKey()));
              e.getValue().forEach(value -> headers.add(header(e.getKey(), value)));
            });
    long size = headers.stream().mapToLong(header -> header.value().length()).sum();
    if (size > Limits.HEADER_BYTES) {
      throw new Malformed("headers of " + size + " bytes", "at most " + Limits.HEADER_BYTES);
    }
    if (headers.stream().noneMatch(header -> header.is("Content-Type"))) {
      headers.add(new Header("Content-Type", "application/json"));
    }
    return headers;
  }

  private static JsonNode objectOrNothing(JsonNode answer, String name) {
    var node = answer.path(name);
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      throw new Malformed(name + ": a " + node.getNodeType(), "an object");
    }
    return node;
  }

  private static Header header(String name, JsonNode value) {
    if (!value.isTextual() && !value.isBoolean()) {
      throw new Malformed("header " + name + ": " + value, "a text");
    }
    var text = value.asText();
    if (name.isEmpty() || !name.chars().allMatch(ProxyResponse::inToken)) {
      throw new Malformed("header name \"" + name + "\"", "a token of RFC 9110");
    }
    if (text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
      throw new Malformed("header " + name + " with a control character", "a field value");
    }
    return new Header(name, text);
  }

  private static boolean inToken(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static Refusal malformed(String reason) {
    return Refusal.of(
        GatewayResponseType.DEFAULT_5XX, 502, "malformed Lambda proxy response: " + reason);
  }
}
