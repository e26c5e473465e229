package dev.gatehouse.config;

import dev.gatehouse.config.Match.Segment;
import java.util.List;
import java.util.stream.Stream;

/** The paths that the gateway serves itself, with every method; no route can take them. */
public final class ReservedPaths {
  private static final List<Match> PATTERNS =
      Stream.of(
              "/healthz",
              "/health",
              "/readyz",
              "/version",
              "/metrics",
              "/openapi.json",
              "/docs",
              "/redoc",
              "/api/v1/health",
              "/api/v1/health/**",
              "/api/v1/status",
              "/api/v1/queue/**",
              "/api/v1/limits",
              "/api/v1/idempotency/**",
              "/admin/**",
              "/waiting-room/**")
          .map(path -> Patterns.parse(Match.ANY + ' ' + path))
          .toList();

  private ReservedPaths() {}

  /** Their patterns, each for any method. */
  public static List<Match> patterns() {
    return PATTERNS;
  }

  /** Whether a path is the gateway's own. */
  public static boolean contains(List<String> segments) {
    return covers(segments.stream().<Segment>map(Segment.Literal::new).toList());
  }

  /** Whether all paths of a pattern are the gateway's own. */
  static boolean covers(List<Segment> pattern) {
    return PATTERNS.stream().anyMatch(reserved -> covers(reserved.segments(), pattern));
  }

  private static boolean covers(List<Segment> reserved, List<Segment> pattern) {
    boolean open = reserved.getLast() instanceof Segment.Rest;
    int fixed = open ? reserved.size() - 1 : reserved.size();
    boolean fits = open ? pattern.size() > fixed : pattern.size() == fixed;
    return fits && pattern.subList(0, fixed).equals(reserved.subList(0, fixed));
  }
}
