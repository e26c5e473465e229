package dev.gatehouse.config;

import dev.gatehouse.config.Match.Segment;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operations of an OpenAPI document (2.0 to 3.2), as far as routes are concerned: methods and
 * path templates. A parameter is any one segment, also where it is a part of one.
 *
 * @param place where gateway.yaml names the document
 * @param base the path of its first server
 */
record OpenApi(Cursor place, String base, List<Operation> operations) {
  private static final List<String> METHODS =
      List.of("get", "head", "post", "put", "patch", "delete", "options", "trace", "query");

  OpenApi {
    operations = List.copyOf(operations);
  }

  /**
   * One operation.
   *
   * @param template as the document spells it
   */
  record Operation(String method, String template, int line) {}

  /** Reads a document; empty when it is none, which is a fault. */
  static Optional<OpenApi> read(Cursor place, String text, Faults faults) {
    Reader reader = new Reader(place, faults);
    return switch (Document.parse(text)) {
      case Document.Broken(Fault fault) ->
          reader.none("line " + fault.line() + ": " + fault.found(), "YAML 1.2 or JSON");
      case Document.Tree(Cursor root) -> reader.read(root);
    };
  }

  /** Reads and reports. */
  private static final class Reader {
    private final Cursor place;
    private final Faults faults;
    private final Map<String, Integer> shapes = new HashMap<>();
    private boolean sound = true;

    Reader(Cursor place, Faults faults) {
      this.place = place;
      this.faults = faults;
    }

    Optional<OpenApi> none(String found, String expected) {
      String file = place.text().orElseThrow();
      faults.add(place.line(), place.path(), file + " " + found, expected);
      sound = false;
      return Optional.empty();
    }

    private void at(Cursor inFile, String found, String expected) {
      none("line " + inFile.line() + ": " + inFile.path() + ": " + found, expected);
    }

    Optional<OpenApi> read(Cursor root) {
      String version = root.text("openapi").or(() -> root.text("swagger")).orElse("");
      if (!version.matches("(2\\.0|3\\.[0-9]+(\\.[0-9]+)?)")) {
        return none("has no version", "openapi: 3.x or swagger: \"2.0\"");
      }
      Optional<Cursor> paths = root.at("paths").filter(Cursor::isMapping);
      if (paths.isEmpty()) {
        return none("has no paths", "a mapping paths");
      }
      List<Operation> operations = new ArrayList<>();
      paths.get().entries().forEach((template, item) -> path(template, item, operations));
      return sound ? Optional.of(new OpenApi(place, base(root), operations)) : Optional.empty();
    }

    private void path(String template, Cursor item, List<Operation> operations) {
      if (template.startsWith("x-")) {
        return;
      }
      if (!isTemplate(template)) {
        at(item, Cursor.quote(template), "a path that begins with a slash, its braces in pairs");
        return;
      }
      Integer first = shapes.putIfAbsent(template.replaceAll("\\{[^}]*}", "{}"), item.line());
      if (first != null) {
        at(
            item,
            Cursor.quote(template),
            "a path that no other one equals; line " + first + " has it");
      }
      if (!item.isMapping() || item.at("$ref").isPresent()) {
        at(item, item.isMapping() ? "$ref" : item.found(), "a mapping of operations, written out");
        return;
      }
      for (Map.Entry<String, Cursor> entry : item.entries().entrySet()) {
        if (METHODS.contains(entry.getKey())) {
          operation(template, entry.getKey(), entry.getValue(), operations);
        }
      }
    }

    private void operation(
        String template, String method, Cursor place, List<Operation> operations) {
      if (!place.isMapping()) {
        at(place, place.found(), "a mapping that describes the operation");
      }
      operations.add(new Operation(method.toUpperCase(Locale.ROOT), template, place.line()));
    }

    private static boolean isTemplate(String template) {
      return template.startsWith("/")
          && template.replaceAll("\\{[^{}/]+}", "").indexOf('{') < 0
          && template.replaceAll("\\{[^{}/]+}", "").indexOf('}') < 0;
    }

    private static String base(Cursor root) {
      String url =
          root.text("basePath")
              .or(() -> root.items("servers").stream().findFirst().flatMap(s -> s.text("url")))
              .orElse("");
      String path = url.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://[^/]*", "");
      return path.startsWith("/") ? path.replaceAll("/+$", "") : "";
    }
  }

  /**
   * Routes that the document does not know are faults; operations that no route serves are told.
   */
  void compare(Cursor root, String name, Cursor service, Faults faults, Faults notes) {
    String prefix = prefix(service);
    List<Placed> routes =
        root.items("routes").stream().flatMap(route -> placed(route, name)).toList();
    Map<Operation, List<Segment>> reachable = new LinkedHashMap<>();
    for (Operation operation : operations) {
      relative(operation, prefix).ifPresent(path -> reachable.put(operation, path));
    }
    for (Placed route : routes) {
      if (reachable.entrySet().stream()
          .noneMatch(known -> route.meets(known.getKey(), known.getValue()))) {
        faults.at(route.place(), "a method and path that " + file() + " knows");
      }
    }
    for (Operation operation : operations) {
      boolean served =
          Optional.ofNullable(reachable.get(operation))
              .filter(path -> routes.stream().anyMatch(route -> route.serves(operation, path)))
              .isPresent();
      if (!served && !operation.method().equals("OPTIONS")) {
        String found = file() + " line " + operation.line() + ": " + operation.method() + " ";
        notes.add(
            place.line(),
            place.path(),
            found + operation.template(),
            "a route that serves all of it");
      }
    }
  }

  private String file() {
    return place.text().orElseThrow();
  }

  /** A route and where it is matched. */
  private record Placed(Cursor place, Match match) {
    boolean meets(Operation operation, List<Segment> path) {
      return isFor(operation) && overlap(match.segments(), path);
    }

    boolean serves(Operation operation, List<Segment> path) {
      return isFor(operation) && covers(match.segments(), path);
    }

    private boolean isFor(Operation operation) {
      return Methods.of(match.method()).contains(operation.method())
          || (match.method().equals("GET") && operation.method().equals("HEAD"));
    }
  }

  private static Stream<Placed> placed(Cursor route, String service) {
    return route
        .at("match")
        .filter(_ -> route.at("to").filter(to -> names(to, service)).isPresent())
        .filter(place -> place.text().filter(text -> Patterns.refusal(text).isEmpty()).isPresent())
        .map(place -> new Placed(place, called(place, route)))
        .stream();
  }

  private static boolean names(Cursor to, String service) {
    return to.isMapping()
        ? to.entries().containsKey(service)
        : to.text().filter(service::equals).isPresent();
  }

  /** The match as the service sees it, behind the route's rewrite. */
  private static Match called(Cursor place, Cursor route) {
    Match match = Patterns.parse(place.text().orElseThrow());
    Optional<Cursor> rewrite = route.at("rewrite");
    int strip = segments(rewrite.flatMap(one -> one.text("strip")).orElse("")).size();
    List<Segment> prefix = segments(rewrite.flatMap(one -> one.text("prefix")).orElse(""));
    List<Segment> rest = match.segments().stream().skip(strip).toList();
    return new Match(match.method(), Stream.concat(prefix.stream(), rest.stream()).toList());
  }

  /** The path that the service's address has before all others. */
  private static String prefix(Cursor service) {
    return service
        .text("url")
        .or(() -> service.texts("urls").stream().findFirst())
        .filter(url -> Notation.URL.refusal().apply(url).isEmpty())
        .map(url -> URI.create(url).getRawPath())
        .map(path -> path.replaceAll("/+$", ""))
        .orElse("");
  }

  /** An operation's path as the gateway's clients ask for it; empty where they cannot. */
  private Optional<List<Segment>> relative(Operation operation, String prefix) {
    String path = base + operation.template();
    if (path.equals(prefix) || path.startsWith(prefix + "/")) {
      return Optional.of(segments(path.substring(prefix.length())));
    }
    return base.isEmpty() ? Optional.of(segments(operation.template())) : Optional.empty();
  }

  private static List<Segment> segments(String path) {
    return Stream.of(path.split("/", -1))
        .filter(segment -> !segment.isEmpty())
        .map(
            segment ->
                segment.indexOf('{') >= 0
                    ? (Segment) new Segment.One()
                    : new Segment.Literal(segment))
        .toList();
  }

  /** Whether some path is of both. */
  private static boolean overlap(List<Segment> pattern, List<Segment> path) {
    return fits(pattern, path, true);
  }

  /** Whether every path of the second is one of the first. */
  private static boolean covers(List<Segment> pattern, List<Segment> path) {
    return fits(pattern, path, false);
  }

  private static boolean fits(List<Segment> pattern, List<Segment> path, boolean partly) {
    boolean rest = !pattern.isEmpty() && pattern.getLast() instanceof Segment.Rest;
    int fixed = rest ? pattern.size() - 1 : pattern.size();
    if (rest ? path.size() <= fixed : path.size() != fixed) {
      return false;
    }
    for (int i = 0; i < fixed; i++) {
      Segment here = pattern.get(i);
      Segment there = path.get(i);
      boolean same = here instanceof Segment.One || here.equals(there);
      if (!same && !(partly && there instanceof Segment.One)) {
        return false;
      }
    }
    return true;
  }
}
