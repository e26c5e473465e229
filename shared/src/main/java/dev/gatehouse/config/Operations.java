package dev.gatehouse.config;

/**
 * Who may see the gateway's own pages; everyone unless set.
 *
 * @param health detailed health
 * @param metrics Prometheus metrics
 * @param docs the portal and openapi.json
 */
public record Operations(Allow health, Allow metrics, Allow docs) {
  /** Everyone. */
  public static final Operations PUBLIC =
      new Operations(new Allow.Public(), new Allow.Public(), new Allow.Public());
}
