package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.Match.Segment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTableTest {
  private static final RouteTable<Route> TABLE =
      table(
          "GET /",
          "POST /api/v1/reservations",
          "POST /api/v1/reservations/*/confirm",
          "ANY /api/v1/reservations/**",
          "GET /users/*",
          "PATCH /users/me",
          "ANY /users/me",
          "GET /roles/*",
          "POST /roles/provision",
          "GET /things/real",
          "POST /things/**",
          "GET /a/*/c",
          "GET /a/b/d",
          "GET /a/b/*/e");

  @ParameterizedTest
  @CsvSource({
    "GET, /, GET /",
    "HEAD, /, GET /",
    "POST, /api/v1/reservations, POST /api/v1/reservations",
    "POST, /api/v1/reservations/7/confirm, POST /api/v1/reservations/*/confirm",
    "GET, /api/v1/reservations/7/confirm, ANY /api/v1/reservations/**",
    "DELETE, /api/v1/reservations/7/a/b, ANY /api/v1/reservations/**",
    "GET, /users/me, ANY /users/me",
    "PATCH, /users/me, PATCH /users/me",
    "GET, /users/7, GET /users/*",
    "GET, /roles/provision, GET /roles/*",
    "POST, /roles/provision, POST /roles/provision",
    "GET, /things/real, GET /things/real",
    "HEAD, /things/real, GET /things/real",
    "POST, /things/real, POST /things/**",
    "GET, /a/b/c, GET /a/*/c",
    "GET, /a/b/d, GET /a/b/d",
    "GET, /a/b/c/e, GET /a/b/*/e",
  })
  void theMostSpecificPatternThatHasTheMethodServes(String method, String path, String match) {
    assertThat(match(TABLE, method, path)).contains(match);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/reservations, OPTIONS POST",
    "DELETE, /users/7, GET HEAD OPTIONS",
    "DELETE, /roles/provision, GET HEAD OPTIONS POST",
    "OPTIONS, /users/me, DELETE GET HEAD OPTIONS PATCH POST PUT",
    "TRACE, /users/me, DELETE GET HEAD OPTIONS PATCH POST PUT",
    "ANY, /users/me, DELETE GET HEAD OPTIONS PATCH POST PUT",
    "get, /, GET HEAD OPTIONS",
  })
  void otherMethodsOfAKnownPathAreNotAllowed(String method, String path, String allowed) {
    assertThat(TABLE.find(method, segments(path)))
        .isEqualTo(
            new RouteTable.MethodNotAllowed<Route>(
                new TreeSet<>(Arrays.asList(allowed.split(" ", -1)))));
  }

  @ParameterizedTest
  @CsvSource({"/b", "/api", "/api/v1", "/a/b", "/users", "/users/7/x", "/things", "/Users/7"})
  void otherPathsHaveNoRoute(String path) {
    assertThat(TABLE.find("GET", segments(path))).isEqualTo(new RouteTable.NoRoute<Route>());
  }

  @Test
  void headHasItsOwnRouteBeforeThatOfGet() {
    RouteTable<Route> table =
        table("HEAD /a", "GET /a", "ANY /a", "ANY /b", "HEAD /c/*", "GET /c/d");
    assertThat(match(table, "HEAD", "/a")).contains("HEAD /a");
    assertThat(match(table, "HEAD", "/b")).contains("ANY /b");
    assertThat(match(table, "HEAD", "/c/d")).contains("GET /c/d");
  }

  @Test
  void twoRoutesWithOneMatchAreNoTable() {
    assertThatThrownBy(() -> table("GET /a/*", "GET /a/*"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("GET /a/* twice (expected: one route for each match)");
  }

  /** The definition, word for word: all that fit, sorted, the first that has the method. */
  @Property(tries = 2_000)
  void itFindsWhatTheDefinitionSays(
      @ForAll("tables") List<String> matches,
      @ForAll("methods") String method,
      @ForAll("paths") List<String> segments) {
    List<Match> fitting =
        matches.stream()
            .map(Match::of)
            .filter(match -> fits(match.segments(), segments))
            .sorted(SPECIFIC_FIRST.thenComparingInt(match -> rank(match.method(), method)))
            .toList();
    Optional<String> expected =
        fitting.stream()
            .filter(match -> rank(match.method(), method) < 3)
            .map(Match::toString)
            .findFirst();
    RouteTable<Route> table = table(matches.toArray(String[]::new));
    assertThat(match(table, method, segments)).isEqualTo(expected);
    if (expected.isEmpty()) {
      assertThat(table.find(method, segments) instanceof RouteTable.NoRoute)
          .isEqualTo(fitting.isEmpty());
    }
  }

  /** What the reader accepts can be reached: every route serves some request. */
  @Property(tries = 300)
  void aRouteIsOutOfReachExactlyIfNoRequestIsItsOwn(@ForAll("tables") List<String> matches) {
    RouteTable<Route> table = table(matches.toArray(String[]::new));
    List<String> reached =
        requests()
            .flatMap(path -> METHODS.stream().flatMap(m -> match(table, m, path).stream()))
            .distinct()
            .toList();
    String routes =
        matches.stream()
            .map(match -> "\n- {match: " + match + ", to: s, allow: public}")
            .reduce("", String::concat);
    assertThat(Example.faults("name: g\nservices: {s: {url: http://s}}\nroutes:" + routes))
        .extracting(fault -> fault.found().replace("\"", ""))
        .containsExactlyElementsOf(
            matches.stream().filter(match -> !reached.contains(match)).toList());
  }

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private static final Comparator<Match> SPECIFIC_FIRST =
      (a, b) -> {
        for (int i = 0; i < Math.min(a.segments().size(), b.segments().size()); i++) {
          int order = Integer.compare(rank(a.segments().get(i)), rank(b.segments().get(i)));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  private static int rank(Segment segment) {
    return switch (segment) {
      case Segment.Literal _ -> 0;
      case Segment.One() -> 1;
      case Segment.Rest() -> 2;
    };
  }

  private static int rank(String routed, String method) {
    if (routed.equals(method)) {
      return 0;
    }
    if (method.equals("HEAD") && routed.equals("GET")) {
      return 1;
    }
    return routed.equals(Match.ANY) && METHODS.contains(method) ? 2 : 3;
  }

  private static boolean fits(List<Segment> pattern, List<String> path) {
    if (pattern.isEmpty() || path.isEmpty()) {
      return pattern.isEmpty() && path.isEmpty();
    }
    List<Segment> rest = pattern.subList(1, pattern.size());
    return switch (pattern.getFirst()) {
      case Segment.Literal(String text) ->
          text.equals(path.getFirst()) && fits(rest, path.subList(1, path.size()));
      case Segment.One() -> fits(rest, path.subList(1, path.size()));
      case Segment.Rest() -> true;
    };
  }

  @Provide
  Arbitrary<List<String>> tables() {
    Arbitrary<String> segment = Arbitraries.of("a", "b", "*");
    Arbitrary<String> path =
        Combinators.combine(segment.list().ofMaxSize(3), Arbitraries.of("", "", "/**"))
            .as((segments, end) -> "/" + String.join("/", segments) + end)
            .map(text -> text.replace("//", "/"));
    return Combinators.combine(
            Arbitraries.of("GET", "HEAD", "POST", "ANY", "PUT", "PATCH", "DELETE"), path)
        .as((method, pattern) -> method + " " + pattern)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(list -> list.stream().distinct().toList());
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.of("GET", "HEAD", "POST", "PUT", "OPTIONS");
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return Arbitraries.of("a", "b", "c", "~").list().ofMaxSize(5);
  }

  private static Stream<List<String>> requests() {
    List<String> texts = List.of("a", "b", "c");
    Stream<List<String>> all = Stream.of(List.of());
    List<List<String>> longer = List.of(List.of());
    for (int length = 1; length <= 4; length++) {
      longer =
          longer.stream()
              .flatMap(
                  path ->
                      texts.stream()
                          .map(text -> Stream.concat(path.stream(), Stream.of(text)).toList()))
              .toList();
      all = Stream.concat(all, longer.stream());
    }
    return all;
  }

  private static Optional<String> match(RouteTable<Route> table, String method, String path) {
    return match(table, method, segments(path));
  }

  private static Optional<String> match(
      RouteTable<Route> table, String method, List<String> segments) {
    return table.find(method, segments) instanceof RouteTable.Found<Route>(Route route)
        ? Optional.of(route.match().toString())
        : Optional.empty();
  }

  private static List<String> segments(String path) {
    return path.equals("/") ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
  }

  private static RouteTable<Route> table(String... matches) {
    return RouteTable.of(Stream.of(matches).map(RouteTableTest::route).toList());
  }

  private static Route route(String match) {
    return new Route(
        1,
        Match.of(match),
        When.ALWAYS,
        Destination.service("s"),
        new Allow.Public(),
        List.of(),
        Optional.empty(),
        Route.Idempotency.OFF,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Messages.UNTOUCHED);
  }
}
