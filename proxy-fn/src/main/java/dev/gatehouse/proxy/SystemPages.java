package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the gateway answers itself: health, readiness, status and version (contract.md). */
final class SystemPages {
  private final Map<String, Page> pages = new LinkedHashMap<>();

  SystemPages(Health health, Allow detailed) {
    for (String path :
        new String[] {"/healthz", "/health", "/api/v1/health", "/api/v1/health/live"}) {
      add(path, new Allow.Public(), exchange -> health.live());
    }
    add("/readyz", new Allow.Public(), exchange -> health.ready());
    add("/api/v1/health/ready", new Allow.Public(), exchange -> health.ready());
    add("/api/v1/health/detailed", detailed, exchange -> health.detailed());
    add("/api/v1/status", new Allow.Public(), exchange -> health.status());
    add("/version", new Allow.Public(), exchange -> health.version());
  }

  /** A page's content. */
  @FunctionalInterface
  interface Content {
    GatewayResponse answer(Exchange exchange);
  }

  /** One page, for GET and HEAD. */
  record Page(String path, Allow allow, Content content) {}

  Optional<Page> find(CanonicalPath path) {
    return Optional.ofNullable(pages.get(path.text()));
  }

  private void add(String path, Allow allow, Content content) {
    pages.put(path, new Page(path, allow, content));
  }
}
