package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One GET of a service's {@code health} path; whatever is below 400 and comes in time is up. */
record Probe(HttpUpstream http) {
  /** Long enough for a healthy service, short enough for a page that a person waits for. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** By this a service's own log tells probes from requests. */
  private static final Headers FIELDS = Headers.of("User-Agent", "gatehouse-probe");

  /**
   * @param service one with a health path
   */
  boolean isUp(Service service, Place place) {
    Instance instance = new Instance(place.base(), place.address(), Optional.empty());
    UpstreamOutcome outcome =
        http.send(
            new HttpUpstream.Call(
                "GET",
                instance.origin(),
                instance.target(path(service).text(), Query.EMPTY),
                FIELDS,
                new byte[0],
                PATIENCE));
    return outcome instanceof UpstreamOutcome.Answered(GatewayResponse response)
        && response.status() < 400;
  }

  private static CanonicalPath path(Service service) {
    return switch (CanonicalPath.parse(service.health().orElseThrow().path())) {
      case CanonicalPath.Parsed.Valid(CanonicalPath valid) -> valid;
      case CanonicalPath.Parsed.Invalid invalid -> new CanonicalPath("/", List.of());
    };
  }
}
