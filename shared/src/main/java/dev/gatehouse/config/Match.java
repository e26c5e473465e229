package dev.gatehouse.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The requests that a route is for: a method and a path whose segments may be wildcards.
 *
 * @param method GET, HEAD, POST, PUT, PATCH, DELETE or {@code ANY} (all of them); OPTIONS is the
 *     gateway's own
 * @param segments the path's segments in order
 */
public record Match(String method, List<Segment> segments) {
  /** The method that stands for all of them. */
  public static final String ANY = "ANY";

  public Match {
    segments = List.copyOf(segments);
  }

  /**
   * Reads {@code GET /users/*}.
   *
   * @throws IllegalArgumentException telling what was expected
   */
  public static Match of(String text) {
    Patterns.refusal(text)
        .ifPresent(
            expected -> {
              throw new IllegalArgumentException(
                  Cursor.quote(text) + " (expected: " + expected + ")");
            });
    return Patterns.parse(text);
  }

  /** The path as gateway.yaml writes it: {@code /users/*}. */
  public String pattern() {
    return segments.isEmpty()
        ? "/"
        : segments.stream().map(Match::written).collect(Collectors.joining("/", "/", ""));
  }

  /** As gateway.yaml writes it: {@code GET /users/*}. */
  @Override
  public String toString() {
    return method + ' ' + pattern();
  }

  private static String written(Segment segment) {
    return switch (segment) {
      case Segment.Literal(String text) -> text;
      case Segment.One() -> "*";
      case Segment.Rest() -> "**";
    };
  }

  /** One segment of a pattern. */
  public sealed interface Segment {
    /** Exactly this text, decoded. */
    record Literal(String text) implements Segment {}

    /** Any one segment, written {@code *}. */
    record One() implements Segment {}

    /** One or more segments, written {@code **}, only at the end. */
    record Rest() implements Segment {}
  }
}
