package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Operations;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The API's resources decide as the route table does, whatever the routes are. */
class ResourceTreeTest {
  private static final List<String> METHODS =
      List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  @Test
  void aRouteOfOneMethodGuardsThatMethodAndLeavesTheOthersToThePipeline() {
    ApiResource tree = tree("POST /orders jwt");

    assertThat(at(tree, "orders").methods())
        .isEqualTo(methods(Map.of("POST", Guard.JWT, "ANY", Guard.NONE)));
  }

  @Test
  void headHasTheGuardOfGet() {
    assertThat(at(tree("GET /orders jwt"), "orders").methods())
        .isEqualTo(methods(Map.of("GET", Guard.JWT, "HEAD", Guard.JWT, "ANY", Guard.NONE)));
  }

  @Test
  void aRouteOfAllMethodsGuardsAnyAndLetsPreflightsThrough() {
    assertThat(at(tree("ANY /orders apiKey"), "orders").methods())
        .isEqualTo(methods(Map.of("ANY", Guard.API_KEY, "OPTIONS", Guard.NONE)));
  }

  @Test
  void theRestOfAPathIsGuardedBelowItsLiteralSiblingsToo() {
    ApiResource tree = tree("GET /a/b/c public", "ANY /a/** jwt");

    assertThat(paths(tree))
        .containsExactly("/a", "/a/b", "/a/b/c", "/a/b/c/{proxy+}", "/a/b/{proxy+}", "/a/{proxy+}");
    assertThat(at(tree, "a", "b", "{proxy+}").methods()).containsEntry("ANY", proxy(Guard.JWT));
    assertThat(at(tree, "a", "b").methods()).containsEntry("ANY", proxy(Guard.JWT));
    assertThat(at(tree, "a", "b", "c").methods())
        .containsEntry("GET", proxy(Guard.NONE))
        .containsEntry("ANY", proxy(Guard.JWT));
  }

  @Test
  void oneSegmentAndTheRestShareTheOneVariableOfAParent() {
    assertThat(paths(tree("POST /a/*/confirm jwt", "ANY /a/** apiKey")))
        .containsExactly(
            "/a", "/a/{p2}", "/a/{p2}/confirm", "/a/{p2}/confirm/{proxy+}", "/a/{p2}/{proxy+}");
  }

  @Test
  void noRouteNoResourceAtTheRoot() {
    ApiResource tree = tree("GET /a jwt");

    assertThat(tree.methods()).isEmpty();
    assertThat(paths(tree)).containsExactly("/a");
  }

  @Test
  void detailedHealthIsGuardedAsTheOperatorSays() {
    Operations operations = new Operations(allow("jwt"), new Allow.Public(), new Allow.Public());
    ApiResource tree = ResourceTree.of(gateway(operations, List.of()));

    assertThat(at(tree, "api", "v1", "health", "detailed").methods())
        .containsEntry("GET", proxy(Guard.JWT))
        .containsEntry("ANY", proxy(Guard.NONE));
    assertThat(at(tree, "api", "v1", "health").methods()).containsOnlyKeys("ANY");
  }

  /** A route for everything leaves the gateway's own paths alone, with all their methods. */
  @Test
  void ownPathsAreTakenFromAnyRoute() {
    ApiResource tree =
        ResourceTree.of(
            gateway(
                Operations.PUBLIC, List.of(TestRoutes.route(Match.of("ANY /**"), allow("jwt")))));

    assertThat(ApiWalk.method(tree, "POST", List.of("healthz"), false)).contains(proxy(Guard.NONE));
    assertThat(ApiWalk.method(tree, "POST", List.of("healthy"), false)).contains(proxy(Guard.JWT));
  }

  /** API Gateway knows the match alone; what else a route asks for is asked in the function. */
  @Test
  void routesOfOneMatchAreOneMethod() {
    Route first = TestRoutes.route(Match.of("GET /shop"), allow("jwt"));
    ApiResource tree = ResourceTree.of(gateway(Operations.PUBLIC, List.of(first, first)));

    assertThat(at(tree, "shop").methods())
        .isEqualTo(methods(Map.of("GET", Guard.JWT, "HEAD", Guard.JWT, "ANY", Guard.NONE)));
  }

  /** Both readings of API Gateway's walk: it may or may not turn back from a dead end. */
  @Property(tries = 2_000)
  void everyRequestMeetsTheGuardOfItsRoute(
      @ForAll("routes") List<Pattern> patterns, @ForAll("path") List<String> path) {
    RouteTable<Route> table = table(patterns);
    ApiResource tree = tree(patterns);
    for (String method : METHODS) {
      Guard expected =
          table.find(method, path) instanceof RouteTable.Found(var route)
              ? Guard.of(route.allow())
              : Guard.NONE;
      boolean known = !(table.find(method, path) instanceof RouteTable.NoRoute);
      for (boolean turnsBack : new boolean[] {false, true}) {
        assertThat(ApiWalk.method(tree, method, path, turnsBack))
            .as("%s %s of %s", method, path, patterns)
            .isEqualTo(known ? Optional.of(proxy(expected)) : Optional.empty());
      }
    }
  }

  /** API Gateway takes one path variable per parent. */
  @Property
  void noParentHasTwoVariables(@ForAll("routes") List<Pattern> patterns) {
    assertThat(variables(tree(patterns))).isLessThanOrEqualTo(1);
  }

  /** A route as these tests write it: {@code GET /a/* jwt}. */
  record Pattern(String text) {
    Match match() {
      return Match.of(text.substring(0, text.lastIndexOf(' ')));
    }

    Allow allow() {
      return ResourceTreeTest.allow(text.substring(text.lastIndexOf(' ') + 1));
    }
  }

  @Provide
  Arbitrary<List<Pattern>> routes() {
    Arbitrary<String> segments =
        Arbitraries.of("a", "b", "c", "*").list().ofMaxSize(3).map(list -> String.join("/", list));
    Arbitrary<String> paths =
        net.jqwik.api.Combinators.combine(segments, Arbitraries.of("", "/**"))
            .as((path, rest) -> path.isEmpty() ? (rest.isEmpty() ? "/" : rest) : "/" + path + rest);
    return net.jqwik.api.Combinators.combine(
            Arbitraries.of("ANY", "GET", "POST", "HEAD"),
            paths,
            Arbitraries.of("public", "jwt", "apiKey", "optional"))
        .as((method, path, allow) -> new Pattern(method + " " + path + " " + allow))
        .list()
        .uniqueElements(Pattern::match)
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<List<String>> path() {
    return Arbitraries.of("a", "b", "c", "x").list().ofMaxSize(5);
  }

  private static Allow allow(String word) {
    return TestRoutes.allow(word);
  }

  private static ApiResource tree(String... patterns) {
    return tree(List.of(patterns).stream().map(Pattern::new).toList());
  }

  private static ApiResource tree(List<Pattern> patterns) {
    return ResourceTree.of(
        patterns.stream().map(Pattern::match).toList(),
        ResourceTree.decision(routes(patterns), _ -> Owner.PROXY, Route::allow));
  }

  private static RouteTable<Route> table(List<Pattern> patterns) {
    return RouteTable.of(routes(patterns));
  }

  private static List<Route> routes(List<Pattern> patterns) {
    return patterns.stream()
        .map(pattern -> TestRoutes.route(pattern.match(), pattern.allow()))
        .toList();
  }

  private static ApiMethod proxy(Guard guard) {
    return new ApiMethod(Owner.PROXY, guard);
  }

  private static Map<String, ApiMethod> methods(Map<String, Guard> guards) {
    Map<String, ApiMethod> methods = new TreeMap<>();
    guards.forEach((name, guard) -> methods.put(name, proxy(guard)));
    return methods;
  }

  private static Gateway gateway(Operations operations, List<Route> routes) {
    return new Gateway(
        "test",
        Identity.NONE,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        routes,
        Gateway.ErrorFormat.PROBLEM,
        operations,
        0,
        List.of());
  }

  private static ApiResource at(ApiResource root, String... parts) {
    ApiResource found = root;
    for (String part : parts) {
      found =
          found.children().stream()
              .filter(child -> child.part().equals(part))
              .findFirst()
              .orElseThrow();
    }
    return found;
  }

  private static List<String> paths(ApiResource root) {
    return root.children().stream()
        .flatMap(
            child ->
                java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("/" + child.part()),
                    paths(child).stream().map(path -> "/" + child.part() + path)))
        .toList();
  }

  private static long variables(ApiResource root) {
    long here = root.children().stream().filter(child -> child.part().startsWith("{")).count();
    long below = root.children().stream().mapToLong(ResourceTreeTest::variables).max().orElse(0);
    return Math.max(here, below);
  }
}
