package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.http.Headers;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One REST proxy event.
 *
 * @param path with its query, if it has one
 * @param context the authorizer's context
 */
record ApiEvent(
    String method, String path, Headers headers, String body, Map<String, String> context) {

  static ApiEvent of(String method, String path) {
    return new ApiEvent(method, path, Headers.EMPTY, "", Map.of());
  }

  ApiEvent with(String... namesAndValues) {
    return new ApiEvent(method, path, Headers.of(namesAndValues), body, context);
  }

  ApiEvent body(String text) {
    return new ApiEvent(method, path, headers, text, context);
  }

  ApiEvent as(String subject, Instant end, String... scopes) {
    return of("https://idp.example", subject, end, scopes);
  }

  /** The same call with the token of this issuer. */
  ApiEvent of(String issuer, String subject, Instant end, String... scopes) {
    Principal caller =
        new Principal(
            CredentialKind.JWT,
            issuer,
            subject,
            Optional.of(subject + "@example.com"),
            List.of("buyer"),
            List.of(scopes),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(end));
    return new ApiEvent(method, path, headers, body, caller.toContext());
  }

  private Map<String, List<String>> query() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    String[] parts = path.split("\\?", 2);
    for (String parameter : parts.length < 2 ? new String[0] : parts[1].split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      parameters.put(pair[0], List.of(pair[1]));
    }
    return parameters;
  }

  byte[] json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    headers.forEach((name, value) -> fields.put(name, headers.all(name)));
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("requestId", "api-request-1");
    request.put("domainName", "api.example.com");
    request.put("identity", Map.of("sourceIp", "192.0.2.7"));
    request.put("authorizer", context);
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("httpMethod", method);
    event.put("path", path.split("\\?", 2)[0]);
    event.put("multiValueQueryStringParameters", query());
    event.put("multiValueHeaders", fields);
    event.put("requestContext", request);
    event.put("isBase64Encoded", true);
    event.put("body", Base64.getEncoder().encodeToString(body.getBytes(UTF_8)));
    return Json.text(json -> Json.value(json, event)).getBytes(UTF_8);
  }
}
