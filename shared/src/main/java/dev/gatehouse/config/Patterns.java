package dev.gatehouse.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a {@link Match} is written: {@code METHOD /path/*}. */
final class Patterns {
  private static final List<String> METHODS =
      List.of(Match.ANY, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /**
   * Marks that a resource of a REST API may have in its path part beside letters and digits ({@code
   * CreateResource}: "Resource's path part only allow a-zA-Z0-9._-:").
   */
  private static final String RESOURCE_MARKS = "._-:";

  /** Marks that stand for themselves in a canonical path. */
  private static final String PATH_MARKS = "-._~!$&'()*+,=:@";

  private Patterns() {}

  /** A match that is known to be well written. */
  static Match parse(String text) {
    int space = text.indexOf(' ');
    List<Match.Segment> segments = new ArrayList<>();
    String path = text.substring(space + 1);
    for (String segment : path.equals("/") ? new String[0] : path.substring(1).split("/", -1)) {
      segments.add(
          switch (segment) {
            case "*" -> new Match.Segment.One();
            case "**" -> new Match.Segment.Rest();
            default -> new Match.Segment.Literal(segment);
          });
    }
    return new Match(text.substring(0, space), segments);
  }

  /** What was expected instead of this text; empty if it is well written. */
  static Optional<String> refusal(String text) {
    int space = text.indexOf(' ');
    if (space < 0) {
      return Optional.of(Notation.MATCH.expected());
    }
    return method(text.substring(0, space)).or(() -> pattern(text.substring(space + 1)));
  }

  /** What was expected instead of this path; empty if it is canonical. */
  static Optional<String> canonical(String path) {
    if (!path.startsWith("/")) {
      return Optional.of("a path that begins with a slash");
    }
    if (path.equals("/")) {
      return Optional.empty();
    }
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.isEmpty()) {
        return Optional.of("a path without empty segments and without a slash at its end");
      }
      if (segment.equals(".") || segment.equals("..")) {
        return Optional.of("a path without dot segments");
      }
      if (!Characters.consistsOf(segment, PATH_MARKS, Integer.MAX_VALUE)) {
        return Optional.of("a path of letters, digits and " + PATH_MARKS + ", nothing encoded");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> method(String method) {
    if (METHODS.contains(method)) {
      return Optional.empty();
    }
    if (method.equalsIgnoreCase("OPTIONS")) {
      return Optional.of("a method other than OPTIONS, which the gateway answers itself");
    }
    String methods = "a method, one of " + String.join(", ", METHODS);
    return Optional.of(methods + Faults.didYouMean(upper(method), METHODS::stream));
  }

  private static Optional<String> pattern(String path) {
    if (path.indexOf('{') >= 0) {
      return Optional.of("* for one segment and ** for the rest instead of braces");
    }
    Optional<String> refused = canonical(path);
    if (refused.isPresent() || path.equals("/")) {
      return refused;
    }
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      refused = segment(segments[i], last);
      if (refused.isPresent()) {
        return refused;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> segment(String segment, boolean last) {
    if (segment.equals("*") || (segment.equals("**") && last)) {
      return Optional.empty();
    }
    if (segment.equals("**")) {
      return Optional.of("** as the last segment only");
    }
    if (segment.indexOf('*') >= 0) {
      return Optional.of("* as a whole segment");
    }
    return Characters.consistsOf(segment, RESOURCE_MARKS, 255)
        ? Optional.empty()
        : Optional.of("segments of letters, digits and . _ - : (API Gateway allows no others)");
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
