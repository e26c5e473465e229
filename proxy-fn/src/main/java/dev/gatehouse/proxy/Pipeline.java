package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.identity.Access;
import dev.gatehouse.identity.Principal;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The way of a request, in the order of architecture.md: path, route, authorize, limit, upstream.
 *
 * <p>A stage that refuses throws a {@link GatewayException}; what it found out before stays in the
 * {@link Exchange}, so that a refusal carries the same rate-limit fields and log facts as an
 * answer.
 */
final class Pipeline {
  private final RouteTable routes;
  private final Map<String, Limit> limits;
  private final SystemPages pages;
  private final LimitStage limitStage;
  private final Backends backends;
  private final CorsPolicy cors;
  private final InstantSource clock;

  Pipeline(
      Gateway gateway,
      SystemPages pages,
      LimitStage limitStage,
      Backends backends,
      CorsPolicy cors,
      InstantSource clock) {
    this.routes = RouteTable.of(gateway.routes());
    this.limits = gateway.limits();
    this.pages = pages;
    this.limitStage = limitStage;
    this.backends = backends;
    this.cors = cors;
    this.clock = clock;
  }

  /**
   * The answer, before the fields that every answer carries.
   *
   * @throws GatewayException when a stage refuses
   */
  GatewayResponse answer(Exchange exchange) {
    CanonicalPath path = path(exchange);
    Optional<SystemPages.Page> page = pages.find(path);
    if (page.isPresent()) {
      return page(exchange, page.get());
    }
    String method = exchange.request().method();
    return switch (routes.find(method, path.segments())) {
      case RouteTable.Found(Route route) -> routed(exchange, route, path);
      case RouteTable.MethodNotAllowed(SortedSet<String> allowed) ->
          otherMethod(exchange, method, List.copyOf(allowed));
      case RouteTable.NoRoute() -> throw notFound();
    };
  }

  private static CanonicalPath path(Exchange exchange) {
    return switch (CanonicalPath.parse(exchange.request().rawPath())) {
      case CanonicalPath.Parsed.Valid(CanonicalPath path) -> {
        exchange.pathIs(path);
        yield path;
      }
      case CanonicalPath.Parsed.Invalid(String reason) -> {
        exchange.log().put("stage", "path");
        throw new GatewayException(ErrorCode.INVALID_PATH, "Invalid path: " + reason + ".");
      }
    };
  }

  private GatewayResponse page(Exchange exchange, SystemPages.Page page) {
    exchange.routeIs(page.path());
    String method = exchange.request().method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return otherMethod(exchange, method, List.of("GET", "HEAD", "OPTIONS"));
    }
    authorize(exchange, page.allow());
    return page.content().answer(exchange);
  }

  private GatewayResponse routed(Exchange exchange, Route route, CanonicalPath path) {
    exchange.routeIs(route.match().pattern());
    exchange.log().put("upstream", route.service());
    authorize(exchange, route.allow());
    limit(exchange, route);
    return backends.call(exchange, route, path);
  }

  private void authorize(Exchange exchange, Allow allow) {
    GatewayRequest request = exchange.request();
    exchange.callerIs(Principal.fromContext(request.authorizer()));
    switch (Access.check(allow, exchange.caller(), clock.instant())) {
      case Access.Granted() -> {}
      case Access.CredentialMissing() ->
          throw refused(
              exchange,
              ErrorCode.MISSING_AUTHORIZATION,
              "This route asks for a credential.",
              Map.of());
      case Access.CredentialExpired() ->
          throw refused(exchange, ErrorCode.TOKEN_EXPIRED, "The credential has expired.", Map.of());
      case Access.Refused(String required) ->
          throw refused(
              exchange,
              ErrorCode.ACCESS_DENIED,
              "This route asks for " + required + ".",
              Map.of("required", required));
    }
  }

  private static GatewayException refused(
      Exchange exchange, ErrorCode code, String detail, Map<String, Object> members) {
    exchange.log().put("stage", "authorize");
    return new GatewayException(code, detail, members);
  }

  private void limit(Exchange exchange, Route route) {
    if (!route.limits().isEmpty()) {
      List<Limit> wanted =
          route.limits().stream().map(name -> Objects.requireNonNull(limits.get(name))).toList();
      limitStage.spend(exchange, route, wanted);
    }
  }

  private GatewayResponse otherMethod(Exchange exchange, String method, List<String> allowed) {
    if (method.equals("OPTIONS")) {
      return cors.preflight(exchange.request(), allowed);
    }
    exchange.answerWith(Headers.of("Allow", String.join(", ", allowed)).fields());
    exchange.log().put("stage", "route");
    throw new GatewayException(
        ErrorCode.METHOD_NOT_ALLOWED,
        "This path does not answer " + method + ".",
        Map.of("allowed", allowed));
  }

  private static GatewayException notFound() {
    return new GatewayException(ErrorCode.NOT_FOUND, "Nothing is served under this path.");
  }
}
