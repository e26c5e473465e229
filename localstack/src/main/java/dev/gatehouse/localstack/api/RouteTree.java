package dev.gatehouse.localstack.api;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of an API. A static segment is tried before <code>{param}</code>, that before
 * <code>{proxy+}</code>; a branch that leads to no method for the verb is left and the next one
 * tried (observed: OPTIONS on a resource with only POST is answered by the {proxy+} beside it).
 *
 * <p>Segments are parted at bare slashes and compared decoded. One slash at the end is ignored. An
 * empty segment matches only below <code>{proxy+}</code>. The value of <code>{param}</code> is
 * decoded, that of <code>{proxy+}</code> is as sent (observed), without the slash at the end.
 */
final class RouteTree {

  /** What ANY stands for. Source: API Gateway Developer Guide, "Set up an HTTP method". */
  static final Set<String> VERBS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /** A method, and the values of the variables of its path. */
  record Match(ApiMethod method, Map<String, String> pathParameters) {}

  private final Node root = new Node();

  /** Where a resource stands; made on the way if it is not there yet. */
  Node node(List<String> segments) {
    var node = root;
    for (var segment : segments) {
      node = node.child(segment);
    }
    return node;
  }

  Optional<Match> match(String path, String verb) {
    if (!VERBS.contains(verb)) {
      return Optional.empty();
    }
    boolean slash = path.length() > 1 && path.endsWith("/");
    var inner = path.substring(1, slash ? path.length() - 1 : path.length());
    var segments = inner.isEmpty() ? new String[0] : inner.split("/", -1);
    return Optional.ofNullable(root.match(segments, 0, verb));
  }

  /** One resource. */
  static final class Node {

    private final Map<String, Node> fixed = new HashMap<>();
    private final Map<String, ApiMethod> methods = new HashMap<>();
    private @Nullable Node variable;
    private @Nullable Node greedy;
    private String name = "";

    /** Adds a method; false if there is one for that verb already. */
    boolean add(ApiMethod method) {
      return methods.putIfAbsent(method.verb(), method) == null;
    }

    private Node child(String segment) {
      if (!segment.startsWith("{")) {
        return fixed.computeIfAbsent(segment, s -> new Node());
      }
      boolean rest = segment.endsWith("+}");
      var existing = rest ? greedy : variable;
      if (existing != null) {
        return existing;
      }
      var made = new Node();
      made.name = segment.substring(1, segment.length() - (rest ? 2 : 1));
      if (rest) {
        greedy = made;
      } else {
        variable = made;
      }
      return made;
    }

    private @Nullable Match match(String[] segments, int at, String verb) {
      if (at == segments.length) {
        var method = methods.getOrDefault(verb, methods.get("ANY"));
        return method == null ? null : new Match(method, new LinkedHashMap<>());
      }
      var segment = Percent.decode(segments[at], false).orElse("");
      var found = segment.isEmpty() ? null : below(segment, segments, at, verb);
      if (found == null && greedy != null) {
        found = greedy.match(segments, segments.length, verb);
        if (found != null) {
          var rest = String.join("/", List.of(segments).subList(at, segments.length));
          found.pathParameters().put(greedy.name, rest);
        }
      }
      return found;
    }

    private @Nullable Match below(String segment, String[] segments, int at, String verb) {
      var next = fixed.get(segment);
      var found = next == null ? null : next.match(segments, at + 1, verb);
      if (found == null && variable != null) {
        found = variable.match(segments, at + 1, verb);
        if (found != null) {
          found.pathParameters().put(variable.name, segment);
        }
      }
      return found;
    }
  }
}
