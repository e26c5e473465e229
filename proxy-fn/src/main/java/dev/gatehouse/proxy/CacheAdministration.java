package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.config.Variants;
import dev.gatehouse.config.When;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /admin/cache}: shows which routes keep answers, and forgets those of a route, or of one
 * path of it. Shapes: docs/cache.md.
 */
final class CacheAdministration {
  private static final String CACHE = "/admin/cache";

  private final List<Route> cached;
  private final RouteTable<Variants> reads;
  private final RedisAnswers answers;
  private final Tokens tokens = new Tokens();

  CacheAdministration(Gateway gateway, RedisAnswers answers) {
    this.cached = gateway.routes().stream().filter(route -> route.cache().isPresent()).toList();
    this.reads = RouteTable.of(Variants.of(gateway.routes()));
    this.answers = answers;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "GET " + CACHE, (_, _) -> list(), "POST " + CACHE, (exchange, _) -> purge(exchange));
  }

  private GatewayResponse list() {
    return json(Map.of("routes", cached.stream().map(CacheAdministration::shown).toList()));
  }

  private static Map<String, Object> shown(Route route) {
    Route.Cache setting = route.cache().orElseThrow();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("route", route.match().toString());
    if (!route.when().equals(When.ALWAYS)) {
      members.put("when", route.when().toString());
    }
    members.put("ttl_sec", setting.ttl().toSeconds());
    members.put("shared", setting.shared());
    members.put("stale_if_error_sec", setting.staleIfError().toSeconds());
    members.put("stale_while_revalidate_sec", setting.staleWhileRevalidate().toSeconds());
    members.put("vary", setting.vary());
    return members;
  }

  private GatewayResponse purge(Exchange exchange) {
    JsonBody body = JsonBody.of(exchange.request());
    Optional<Route> route = route(body, body.required("route"));
    Optional<String> wanted = body.text("path");
    Optional<CanonicalPath> path = wanted.flatMap(text -> path(body, text, route));
    body.check();
    Route found = route.orElseThrow();
    boolean done =
        path.map(one -> answers.purge(found, one, tokens.next()))
            .orElseGet(() -> answers.purge(found, tokens.next()));
    if (!done) {
      exchange.answerWith(Headers.of("Retry-After", "1").fields());
      throw new GatewayException(
          ErrorCode.SERVICE_UNAVAILABLE, "Nothing can be purged while Redis is away.");
    }
    Map<String, Object> purged = new LinkedHashMap<>();
    purged.put("route", found.match().toString());
    path.ifPresent(one -> purged.put("path", one.text()));
    Change.note(exchange, "cache.purge", Map.of("purged", purged));
    return json(Map.of("purged", purged));
  }

  private Optional<Route> route(JsonBody body, String name) {
    Optional<Route> route =
        cached.stream().filter(one -> one.match().toString().equals(name)).findFirst();
    if (route.isEmpty() && !name.isEmpty()) {
      String known =
          String.join(", ", cached.stream().map(one -> one.match().toString()).distinct().toList());
      body.violate("/route", "no route with a cache (expected: one of " + known + ")");
    }
    return route;
  }

  /** A path that this route serves: another's answers would stay. */
  private Optional<CanonicalPath> path(JsonBody body, String text, Optional<Route> route) {
    return switch (CanonicalPath.parse(text)) {
      case CanonicalPath.Parsed.Invalid(String reason) -> {
        body.violate("/path", reason);
        yield Optional.empty();
      }
      case CanonicalPath.Parsed.Valid(CanonicalPath path) -> {
        boolean served =
            reads.find("GET", path.segments()) instanceof RouteTable.Found<Variants>(Variants read)
                && route.map(Route::match).filter(read.match()::equals).isPresent();
        if (!served && route.isPresent()) {
          body.violate("/path", "another route's (expected: a path that this route serves)");
        }
        yield Optional.of(path);
      }
    };
  }

  private static GatewayResponse json(Map<String, Object> members) {
    return GatewayResponse.json(200, Json.text(json -> Json.value(json, members)));
  }
}
