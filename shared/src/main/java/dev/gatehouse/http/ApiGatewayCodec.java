package dev.gatehouse.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * API Gateway's REST proxy event on streams, without reflection.
 *
 * <p>The event's shape is that of
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html;
 * of {@code headers} and {@code multiValueHeaders} the latter, complete one is read.
 */
public final class ApiGatewayCodec {
  private ApiGatewayCodec() {}

  /**
   * Reads one event.
   *
   * @throws IOException when the event is not a REST proxy event; says what was missing
   */
  public static GatewayRequest decode(InputStream event) throws IOException {
    try (JsonParser json = Json.FACTORY.createParser(event)) {
      return new Event().read(json);
    }
  }

  /** The answer for API Gateway; text that is valid UTF-8 as it is, everything else in base64. */
  public static byte[] encode(GatewayResponse response) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + response.body().length * 4 / 3);
    try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", response.status());
      writeHeaders(json, response.headers());
      Optional<String> text = text(response);
      json.writeBooleanField("isBase64Encoded", text.isEmpty());
      json.writeStringField(
          "body", text.orElseGet(() -> Base64.getEncoder().encodeToString(response.body())));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Each name once, as it is spelled first, with all its values. */
  private static void writeHeaders(JsonGenerator json, Headers headers) throws IOException {
    json.writeObjectFieldStart("multiValueHeaders");
    List<Headers.Field> fields = headers.fields();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name();
      if (next(fields, 0, name) < i) {
        continue;
      }
      json.writeArrayFieldStart(name);
      for (int j = i; j < fields.size(); j = next(fields, j + 1, name)) {
        json.writeString(fields.get(j).value());
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /** Where the next field of this name stands, from there on; behind the last one without any. */
  private static int next(List<Headers.Field> fields, int from, String name) {
    int i = from;
    while (i < fields.size() && !fields.get(i).name().equalsIgnoreCase(name)) {
      i++;
    }
    return i;
  }

  private static Optional<String> text(GatewayResponse response) {
    if (response.headers().has("Content-Encoding")) {
      return response.body().length == 0 ? Optional.of("") : Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(response.body())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The members of one event, in whatever order they come. */
  private static final class Event {
    private String method = "";
    private String path = "";
    private String body = "";
    private boolean base64;
    private Headers headers = Headers.EMPTY;
    private Query query = Query.EMPTY;
    private Map<String, String> authorizer = Map.of();
    private String sourceIp = "";
    private String requestId = "";
    private String domain = "";

    GatewayRequest read(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(json.currentToken() + " (expected: a REST proxy event, an object)");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        member(json, json.currentName());
      }
      if (method.isEmpty() || path.isEmpty()) {
        throw new IOException("event without httpMethod or path (expected: a REST proxy event)");
      }
      return new GatewayRequest(
          method, path, query, headers, octets(), authorizer, sourceIp, requestId, domain);
    }

    private void member(JsonParser json, String name) throws IOException {
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NULL) {
        return;
      }
      switch (name) {
        case "httpMethod" -> method = json.getText();
        case "path" -> path = json.getText();
        case "body" -> body = json.getText();
        case "isBase64Encoded" -> base64 = json.getBooleanValue();
        case "multiValueHeaders" -> {
          Headers.Builder fields = Headers.builder();
          multiValues(json, fields::add);
          headers = fields.build();
        }
        case "multiValueQueryStringParameters" -> {
          List<Query.Parameter> parameters = new ArrayList<>();
          multiValues(json, (key, text) -> parameters.add(new Query.Parameter(key, text)));
          query = new Query(parameters);
        }
        case "requestContext" -> context(json);
        default -> json.skipChildren();
      }
    }

    private void context(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "requestId" -> requestId = json.getText();
          case "domainName" -> domain = json.getText();
          case "identity" -> sourceIp = strings(json).getOrDefault("sourceIp", "");
          case "authorizer" -> {
            if (value != JsonToken.VALUE_NULL) {
              authorizer = strings(json);
            }
          }
          default -> json.skipChildren();
        }
      }
    }

    private byte[] octets() {
      return base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> strings(JsonParser json) throws IOException {
      Map<String, String> strings = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          strings.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
      return strings;
    }

    private static void multiValues(JsonParser json, BiConsumer<String, String> consumer)
        throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          consumer.accept(name, json.getText());
        }
      }
    }
  }
}
