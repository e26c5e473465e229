package dev.gatehouse.config;

import java.util.List;

/** The methods that routes are for. */
final class Methods {
  /** What {@link Match#ANY} stands for. */
  private static final List<String> ALL = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private Methods() {}

  /** The methods that a route's method stands for. */
  static List<String> of(String method) {
    return method.equals(Match.ANY) ? ALL : List.of(method);
  }
}
