package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One REST proxy event. */
record Call(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    String body,
    Map<String, String> context) {

  static Call of(String method, String path) {
    return new Call(method, path, Map.of(), Map.of(), "", Map.of());
  }

  static Call post(String path, String body) {
    return of("POST", path).body(body);
  }

  Call query(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(query);
    all.put(name, value);
    return new Call(method, path, all, headers, body, context);
  }

  Call header(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new Call(method, path, query, all, body, context);
  }

  Call body(String text) {
    return new Call(method, path, query, headers, text, context);
  }

  Call as(String subject, String... scopes) {
    Principal caller =
        new Principal(
            CredentialKind.JWT,
            "https://idp.example",
            subject,
            Optional.empty(),
            List.of(),
            List.of(scopes),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Instant.parse("2030-01-01T00:00:00Z")));
    return new Call(method, path, query, headers, body, caller.toContext());
  }

  byte[] json() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("requestId", "api-request-1");
    request.put("domainName", "api.example.com");
    request.put("identity", Map.of("sourceIp", "192.0.2.7"));
    request.put("authorizer", context);
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("httpMethod", method);
    event.put("path", path);
    event.put("multiValueHeaders", multi(headers));
    event.put("multiValueQueryStringParameters", multi(query));
    event.put("requestContext", request);
    event.put("isBase64Encoded", true);
    event.put("body", Base64.getEncoder().encodeToString(body.getBytes(UTF_8)));
    return Json.text(json -> Json.value(json, event)).getBytes(UTF_8);
  }

  private static Map<String, Object> multi(Map<String, String> values) {
    Map<String, Object> multi = new LinkedHashMap<>();
    values.forEach((name, value) -> multi.put(name, List.of(value)));
    return multi;
  }
}
