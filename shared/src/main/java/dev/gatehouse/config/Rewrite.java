package dev.gatehouse.config;

import java.util.Optional;

/**
 * How the canonical path of a request becomes the one that its service is called with: a beginning
 * is taken away, another one put in its place. Both are whole segments, and what follows is the
 * canonical path's own, so that no request leads outside the prefix.
 *
 * @param strip a literal beginning of the route's match; empty for nothing
 * @param prefix empty for nothing
 */
public record Rewrite(String strip, String prefix) {
  /** Paths stay as they are. */
  public static final Rewrite NONE = new Rewrite("", "");

  /**
   * The path to call.
   *
   * @param path canonical, and of a request that the route's match fits
   */
  public String of(String path) {
    if (strip.isEmpty() && prefix.isEmpty()) {
      return path;
    }
    String rest = path.substring(strip.length());
    String whole = rest.equals("/") ? prefix : prefix + rest;
    return whole.isEmpty() ? "/" : whole;
  }

  /**
   * The path whose requests call the service with this one; empty where none does.
   *
   * @param called begins with a slash
   */
  public Optional<String> back(String called) {
    if (!called.equals(prefix) && !called.startsWith(prefix + "/")) {
      return Optional.empty();
    }
    String rest = called.substring(prefix.length());
    String whole = rest.equals("/") && !strip.isEmpty() ? strip : strip + rest;
    return Optional.of(whole.isEmpty() ? "/" : whole);
  }

  /** A path to put in front of others: {@code /} is none. */
  static String beginning(String path) {
    return path.equals("/") ? "" : path;
  }
}
