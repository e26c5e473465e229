package dev.gatehouse.cdk;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Operations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The paths that the proxy answers itself (contract: "Health and operations"). */
final class SystemRoutes {
  private SystemRoutes() {}

  /** Who may GET each of them, by the segments of its path. */
  static Map<List<String>, Allow> of(Operations operations) {
    Map<List<String>, Allow> routes = new LinkedHashMap<>();
    for (String path :
        List.of(
            "healthz",
            "health",
            "api/v1/health",
            "api/v1/health/live",
            "readyz",
            "api/v1/health/ready",
            "api/v1/status",
            "version")) {
      routes.put(List.of(path.split("/", -1)), new Allow.Public());
    }
    routes.put(List.of("api", "v1", "health", "detailed"), operations.health());
    return routes;
  }
}
