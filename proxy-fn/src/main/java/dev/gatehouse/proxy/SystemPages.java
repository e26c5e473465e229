package dev.gatehouse.proxy;

import dev.gatehouse.http.Endpoints.Content;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the gateway answers itself: health, readiness, status and version (contract.md). */
final class SystemPages {
  private SystemPages() {}

  /** By match. */
  static Map<String, Content> of(Health health) {
    Map<String, Content> pages = new LinkedHashMap<>();
    for (String path :
        new String[] {"/healthz", "/health", "/api/v1/health", "/api/v1/health/live"}) {
      pages.put("GET " + path, (_, _) -> health.live());
    }
    pages.put("GET /readyz", (_, _) -> health.ready());
    pages.put("GET /api/v1/health/ready", (_, _) -> health.ready());
    pages.put("GET /api/v1/health/detailed", (_, _) -> health.detailed());
    pages.put("GET /api/v1/status", (_, _) -> health.status());
    pages.put("GET /version", (_, _) -> health.version());
    return pages;
  }
}
