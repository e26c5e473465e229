package dev.gatehouse.cdk;

import dev.gatehouse.config.Cors;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
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
 * origin a rule that matches exactly this Origin inserts a request header with its value, which the
 * gateway response hands back; without a match there is no header, and none in the answer. WAF puts
 * {@code x-amzn-waf-} before the name
 * (https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-incoming-request.html). A
 * script cannot send that header itself across origins: its preflight, answered by the pipeline,
 * names no origin that is not allowed.
 */
record CorsOnErrors(Optional<Cors> cors) {
  /** The inserted header, without the prefix of WAF. */
  static final String INSERTED = "cors-origin";

  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ANY_ORIGIN = "*";

  /** The origins that WAF has to recognize. */
  List<String> recognized() {
    List<String> origins = cors.map(Cors::origins).orElse(List.of());
    return origins.contains(ANY_ORIGIN) ? List.of() : origins;
  }

  /** Header mappings: what the functions answer to an allowed origin, with the origin from WAF. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    cors.ifPresent(
        rules -> {
          answerTo(rules.origins().getFirst())
              .forEach((name, value) -> headers.put(name, GatewayResponses.fixed(value)));
          if (!recognized().isEmpty()) {
            headers.put(ALLOW_ORIGIN, "method.request.header.x-amzn-waf-" + INSERTED);
          }
        });
    return headers;
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
    return new CorsPolicy(cors).apply(request, GatewayResponse.empty(200, Headers.EMPTY)).headers();
  }
}
