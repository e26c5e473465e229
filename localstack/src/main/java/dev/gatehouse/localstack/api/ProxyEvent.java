package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events that functions receive. Sources: API Gateway Developer Guide, "Input format of a
 * Lambda function for proxy integration" and "Input to an API Gateway Lambda authorizer"; recorded
 * events of the service.
 *
 * <p>{@code headers} and {@code queryStringParameters} hold the last value of a name, the {@code
 * multiValue…} maps all. What is empty is {@code null} in a proxy event and {@code {}} in an
 * authorizer's. Of the authorizer event only what REST APIs send is sent: {@code version}, {@code
 * identitySource} and {@code authorizationToken} belong to HTTP APIs and TOKEN authorizers. Bytes
 * of a header that are not ASCII are read as ISO-8859-1.
 */
final class ProxyEvent {

  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> IDENTITY_NULLS =
      List.of(
          "accessKey",
          "accountId",
          "caller",
          "cognitoAuthenticationProvider",
          "cognitoAuthenticationType",
          "cognitoIdentityId",
          "cognitoIdentityPoolId",
          "principalOrgId",
          "user",
          "userArn");

  private final Exchange exchange;
  private final JsonGenerator json;
  private final boolean nulls;

  private ProxyEvent(Exchange exchange, JsonGenerator json, boolean nulls) {
    this.exchange = exchange;
    this.json = json;
    this.nulls = nulls;
  }

  /** The event of a Lambda proxy integration. */
  static byte[] proxy(Exchange exchange) {
    var body = exchange.request().body();
    return written(
        body.length * 4 / 3 + 4096,
        json -> {
          var event = new ProxyEvent(exchange, json, true);
          event.common();
          event.body(body);
        });
  }

  /** The event of a REQUEST authorizer. */
  static byte[] authorizer(Exchange exchange, String methodArn) {
    return written(
        4096,
        json -> {
          json.writeStringField("type", "REQUEST");
          json.writeStringField("methodArn", methodArn);
          new ProxyEvent(exchange, json, false).common();
        });
  }

  /** Writes the fields of an object. */
  private interface Fields {
    void to(JsonGenerator json) throws IOException;
  }

  private static byte[] written(int size, Fields fields) {
    var bytes = new ByteArrayOutputStream(size);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.to(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void common() throws IOException {
    var request = exchange.request();
    json.writeStringField("resource", resourcePath());
    json.writeStringField("path", exchange.path());
    json.writeStringField("httpMethod", request.method());
    multi("headers", "multiValueHeaders", headers(HeaderRules.toFunction(request)));
    multi("queryStringParameters", "multiValueQueryStringParameters", exchange.query());
    single("pathParameters", pathParameters());
    single("stageVariables", exchange.api().stageVariables());
    json.writeObjectFieldStart("requestContext");
    context();
    json.writeEndObject();
  }

  private void context() throws IOException {
    var request = exchange.request();
    var api = exchange.api();
    var match = exchange.match();
    json.writeStringField("resourceId", match == null ? "" : match.method().resourceId());
    authorizer();
    json.writeStringField("resourcePath", resourcePath());
    json.writeStringField("httpMethod", request.method());
    json.writeStringField("extendedRequestId", request.extendedRequestId());
    json.writeStringField("requestTime", exchange.requestTime());
    json.writeStringField("path", exchange.path());
    json.writeStringField("accountId", api.account());
    json.writeStringField("protocol", request.protocol());
    json.writeStringField("stage", api.stage());
    json.writeStringField("domainPrefix", request.domainName().split("\\.", 2)[0]);
    json.writeNumberField("requestTimeEpoch", request.received().toEpochMilli());
    json.writeStringField("requestId", request.requestId());
    json.writeObjectFieldStart("identity");
    for (var name : IDENTITY_NULLS) {
      json.writeNullField(name);
    }
    json.writeStringField("sourceIp", request.peer());
    json.writeStringField("userAgent", request.header("User-Agent").orElse(null));
    json.writeEndObject();
    json.writeStringField("domainName", request.domainName());
    json.writeStringField("deploymentId", api.deploymentId());
    json.writeStringField("apiId", api.id());
  }

  private void authorizer() throws IOException {
    var authorization = exchange.authorization();
    if (authorization == null) {
      return;
    }
    json.writeObjectFieldStart("authorizer");
    for (var entry : authorization.context().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeStringField("principalId", authorization.principalId());
    json.writeNumberField("integrationLatency", exchange.authorizerLatency());
    json.writeEndObject();
  }

  private void body(byte[] body) throws IOException {
    var contentType = exchange.request().header("Content-Type").orElse("");
    boolean binary = body.length > 0 && exchange.api().binary().include(contentType);
    if (body.length == 0) {
      json.writeNullField("body");
    } else if (binary) {
      json.writeBinaryField("body", body);
    } else {
      json.writeStringField("body", new String(body, StandardCharsets.UTF_8));
    }
    json.writeBooleanField("isBase64Encoded", binary);
  }

  private String resourcePath() {
    var match = exchange.match();
    return match == null ? "" : match.method().resourcePath();
  }

  private Map<String, String> pathParameters() {
    var match = exchange.match();
    return match == null ? Map.of() : match.pathParameters();
  }

  private static Map<String, List<String>> headers(List<Header> headers) {
    var byName = new LinkedHashMap<String, List<String>>();
    headers.forEach(
        header ->
            byName.computeIfAbsent(header.name(), n -> new ArrayList<>(1)).add(header.value()));
    return byName;
  }

  private void multi(String single, String multi, Map<String, List<String>> values)
      throws IOException {
    if (values.isEmpty() && nulls) {
      json.writeNullField(single);
      json.writeNullField(multi);
      return;
    }
    json.writeObjectFieldStart(single);
    for (var entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue().getLast());
    }
    json.writeEndObject();
    json.writeObjectFieldStart(multi);
    for (var entry : values.entrySet()) {
      json.writeArrayFieldStart(entry.getKey());
      for (var value : entry.getValue()) {
        json.writeString(value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void single(String name, Map<String, String> values) throws IOException {
    if (values.isEmpty() && nulls) {
      json.writeNullField(name);
      return;
    }
    json.writeObjectFieldStart(name);
    for (var entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }
}
