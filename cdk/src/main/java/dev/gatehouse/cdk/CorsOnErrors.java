package dev.gatehouse.cdk;

import dev.gatehouse.config.Cors;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CORS on the answers that API Gateway gives itself.
 *
 * <p>A gateway response can set a header to a fixed text or to a header of the request, and cannot
 * compare. Echoing {@code Origin} would allow every origin. AWS WAF can compare: for each allowed
 * origin a rule that matches exactly this Origin inserts request headers with what such an origin
 * is told, which the gateway response hands back; without a match there are none, and none in the
 * answer. WAF puts {@code x-amzn-waf-} before the name
 * (https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-incoming-request.html). A
 * script cannot send that header itself across origins: its preflight, answered by the pipeline,
 * names no origin that is not allowed.
 */
record CorsOnErrors(Optional<Cors> cors) {
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
  private static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";
  private static final String ANY_ORIGIN = "*";

  /** Those of the contract that API Gateway's own answers have; WAF inserts 255 characters. */
  private static final String EXPOSED = "X-Request-ID, X-Process-Time, Retry-After";

  /** Headers that WAF inserts, without its prefix, by the header that they are handed back in. */
  private static final Map<String, String> INSERTED =
      Map.of(
          ALLOW_ORIGIN, "cors-origin",
          ALLOW_CREDENTIALS, "cors-credentials",
          EXPOSE_HEADERS, "cors-exposed");

  /** The origins that WAF has to recognize. */
  List<String> recognized() {
    List<String> origins = cors.map(Cors::origins).orElse(List.of());
    return origins.contains(ANY_ORIGIN) ? List.of() : origins;
  }

  /** What WAF has to insert for one of them, by name. */
  Map<String, String> inserted(String origin) {
    Map<String, String> inserted = new LinkedHashMap<>();
    answerTo(origin)
        .forEach(
            (name, value) -> {
              if (INSERTED.containsKey(name)) {
                inserted.put(INSERTED.get(name), value);
              }
            });
    return inserted;
  }

  /** Header mappings: what the functions answer to an allowed origin, by way of WAF. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    cors.ifPresent(
        rules ->
            answerTo(rules.origins().getFirst())
                .forEach((name, value) -> headers.put(name, mapping(name, value))));
    return headers;
  }

  private String mapping(String name, String value) {
    String inserted = INSERTED.get(name);
    return inserted == null || recognized().isEmpty()
        ? GatewayResponses.fixed(value)
        : "method.request.header.x-amzn-waf-" + inserted;
  }

  private Headers answerTo(String origin) {
    GatewayRequest request =
        new GatewayRequest(
            "GET",
            "/",
            Query.EMPTY,
            Headers.of("Origin", origin),
            new byte[0],
            Map.of(),
            "127.0.0.1",
            "",
            "");
    Headers.Builder headers = Headers.builder();
    new CorsPolicy(cors).allow(request, headers);
    return headers.set(EXPOSE_HEADERS, EXPOSED).build();
  }
}
