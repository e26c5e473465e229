package dev.gatehouse.http;

import dev.gatehouse.config.Cors;
import java.util.Collection;
import java.util.Optional;

/**
 * Which origins may read an answer (https://fetch.spec.whatwg.org/#http-cors-protocol).
 *
 * <p>An origin that is not allowed gets no {@code Access-Control-*} field at all; every answer says
 * {@code Vary: Origin}, so that no cache hands one origin's answer to another.
 */
public final class CorsPolicy {
  private final Optional<Cors> cors;

  public CorsPolicy(Optional<Cors> cors) {
    this.cors = cors;
  }

  /** Adds the fields that a browser needs to read this answer. */
  public void allow(GatewayRequest request, Headers.Builder headers) {
    if (cors.isEmpty()) {
      return;
    }
    allowedOrigin(request)
        .ifPresent(
            origin -> {
              headers.set("Access-Control-Allow-Origin", origin);
              if (cors.get().credentials()) {
                headers.set("Access-Control-Allow-Credentials", "true");
              }
              headers.set("Access-Control-Expose-Headers", StandardHeaders.EXPOSED);
            });
    vary(headers);
  }

  /** The answer to OPTIONS for a path with these methods; {@link #allow} completes it. */
  public GatewayResponse preflight(GatewayRequest request, Collection<String> methods) {
    Headers.Builder headers = Headers.builder().add("Allow", String.join(", ", methods));
    if (cors.isPresent() && allowedOrigin(request).isPresent()) {
      Cors rules = cors.get();
      headers.add(
          "Access-Control-Allow-Methods",
          String.join(", ", rules.methods().isEmpty() ? methods : rules.methods()));
      allowHeaders(request, rules)
          .ifPresent(names -> headers.add("Access-Control-Allow-Headers", names));
      headers.add("Access-Control-Max-Age", Long.toString(rules.maxAge().toSeconds()));
    }
    if (cors.isPresent()) {
      headers.add("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    }
    return GatewayResponse.empty(204, headers.build());
  }

  /** The value of Access-Control-Allow-Origin for this request. */
  private Optional<String> allowedOrigin(GatewayRequest request) {
    Optional<String> origin = request.headers().first("Origin");
    if (cors.isEmpty() || origin.isEmpty()) {
      return Optional.empty();
    }
    return cors.get().origins().contains("*")
        ? Optional.of("*")
        : origin.filter(cors.get().origins()::contains);
  }

  private static Optional<String> allowHeaders(GatewayRequest request, Cors rules) {
    return rules.headers().isEmpty()
        ? request.headers().first("Access-Control-Request-Headers")
        : Optional.of(String.join(", ", rules.headers()));
  }

  private static void vary(Headers.Builder headers) {
    for (String value : headers.all("Vary")) {
      for (String name : value.split(",", -1)) {
        if (name.strip().equalsIgnoreCase("Origin") || name.strip().equals("*")) {
          return;
        }
      }
    }
    headers.add("Vary", "Origin");
  }
}
