package dev.gatehouse.config;

import java.time.Duration;
import java.util.List;

/**
 * Cross-origin rules (https://fetch.spec.whatwg.org/#http-cors-protocol).
 *
 * @param origins exact origins ({@code https://app.example.com}), or {@code *} alone; never {@code
 *     *} with credentials
 * @param methods methods that a preflight allows; empty means those of the route
 * @param headers request headers that a preflight allows; empty means those asked for
 * @param credentials whether cookies and credentials may be sent; false unless set
 * @param maxAge how long a browser may keep a preflight's answer; 10 min unless set
 */
public record Cors(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    boolean credentials,
    Duration maxAge) {

  /** The age where gateway.yaml gives none. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(10);

  public Cors {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
  }
}
