package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of fault, in a gateway that has no other. */
final class FaultsTest {
  private static final String ISSUER =
      "{name: i, issuer: i, jwks: https://i/jwks, audiences: [a], algorithms: [RS256]}";

  @Test
  void theSmallestGatewayHasNone() {
    assertThat(Example.faults(Example.with())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/admin", "/waiting-room", "/api/v1/limits/x", "/healthz/x", "/*/users", "/**"})
  void pathsBesideTheGatewaysOwnAreFree(String path) {
    String route = "routes: [{match: GET " + path + ", to: s, allow: public}]";
    assertThat(Example.faults(Example.with(route))).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @MethodSource({"keys", "identity", "cors", "limits", "queues", "services", "routes", "matches"})
  void aFault(String sections, String path, String found, String expected) {
    List<Fault> faults = Example.faults(Example.with(sections.split("\n", -1)));
    assertThat(faults).extracting(Fault::path).containsExactly(path);
    assertThat(faults.getFirst().found()).isEqualTo(found);
    assertThat(faults.getFirst().expected()).contains(expected);
    assertThat(faults.getFirst().line()).isEqualTo(1);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        fault("bogus: 1", "bogus", "unknown key \"bogus\"", "one of name, identity"),
        fault("identiy: {}", "identiy", "unknown key \"identiy\"", "did you mean identity?"),
        fault("[x]: 1", "(file)", "a key that is not a text", "a text as key"),
        fault("services: x", "services", "\"x\"", "a mapping of names to services"),
        fault("services:", "services", "nothing", "a mapping of names to services"),
        fault(
            "services: {s: {url: http://s}, 1x: {url: http://s}}", "services.1x", "\"1x\"", "name"),
        fault("routes: []", "routes", "an empty list", "a list of mappings, at least 1"),
        fault("routes: {}", "routes", "a mapping", "a list of mappings"),
        fault("name: -g", "name", "\"-g\"", "a name of at most 40 letters"),
        fault("name: 12", "name", "\"12\"", "a name of at most 40 letters"),
        fault("name:", "name", "nothing", "a name of at most 40 letters"),
        fault("name: [g]", "name", "a list", "a name of at most 40 letters"),
        fault("errors: Problem", "errors", "\"Problem\"", "did you mean problem?"),
        fault("trustedHops: 11", "trustedHops", "\"11\"", "a whole number from 0 to 10"),
        fault("trustedHops: '1'", "trustedHops", "\"1\"", "a whole number from 0 to 10"),
        fault("trustedHops: 1.0", "trustedHops", "\"1.0\"", "a whole number from 0 to 10"),
        fault("trustedHops: 99999999999", "trustedHops", "\"99999999999\"", "from 0 to 10"),
        fault("redact: [12]", "redact[0]", "\"12\"", "a text in quotes"),
        fault("redact: token", "redact", "\"token\"", "a list, each a text"),
        fault("operations: {metrics: jwt}", "operations.metrics", "\"jwt\"", "identity.issuers"),
        fault(
            "operations: {docs: {signature: stripe, secret: s}}",
            "operations.docs.signature",
            "\"stripe\"",
            "public, optional, or credentials"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {by: [ip, route], window: 5/1m}             | [] | a limit by ip, without when
          {by: user, window: 5/1m}                    | [] | a limit by ip, without when
          {by: ip, window: 5/1m, when: {tier: gold}}  | [] | a limit by ip, without when
          {by: ip, window: 5/1m}                      | [few] | a limit that no route spends
          """)
  void failedLoginsSpendALimitOfTheirOwnByAddress(String limit, String spent, String expected) {
    String source =
        Example.with(
            "limits: {few: " + limit + "}",
            "identity: {failedLogins: few}",
            "routes: [{match: POST /a, to: s, allow: public, limits: " + spent + "}]");
    assertThat(Example.faults(source))
        .extracting(fault -> fault.path() + ": " + fault.expected())
        .containsExactly("identity.failedLogins: " + expected);
  }

  static Stream<Arguments> identity() {
    String path = "identity.issuers[0]";
    return Stream.of(
        fault("identity: {cache: 61m}", "identity.cache", "\"61m\"", "from 0s to 1h"),
        fault("identity: {cache: 5}", "identity.cache", "\"5\"", "with its unit"),
        fault("identity: {maxLifetime: 1s}", "identity.maxLifetime", "\"1s\"", "from 1m to 366d"),
        fault(
            "identity: {apiKeys: {header: X Y}}", "identity.apiKeys.header", "\"X Y\"", "RFC 9110"),
        fault(
            "identity: {apiKeys: {header: authorization}}",
            "identity.apiKeys.header",
            "\"authorization\"",
            "other than Authorization"),
        fault(
            "identity: {failedLogins: few}",
            "identity.failedLogins",
            "\"few\"",
            "the name of one of limits"),
        issuer("audiences: [a], ", "", path + ".audiences", "nothing", "[gateway-api]"),
        issuer(
            "algorithms: [RS256]",
            "algorithms: []",
            path + ".algorithms",
            "an empty list",
            "RS256"),
        issuer(", algorithms: [RS256]", "", path + ".algorithms", "nothing", "RS256"),
        issuer("RS256", "none", path + ".algorithms[0]", "\"none\"", "one of RS256"),
        issuer("RS256", "RS265", path + ".algorithms[0]", "\"RS265\"", "did you mean RS256?"),
        issuer("RS256", "HS256", path + ".algorithms[0]", "\"HS256\"", "an issuer with jwks"),
        issuer("jwks: https://i/jwks", "secret: s", path + ".algorithms[0]", "\"RS256\"", "HS256"),
        issuer("jwks: https://i/jwks, ", "", path, "none of them", "one of jwks, secret"),
        issuer("jwks:", "secret: s, jwks:", path, "jwks and secret", "one of jwks, secret"),
        issuer("https:", "http:", path + ".jwks", "\"http://i/jwks\"", "http on a loopback host"),
        issuer("https://i/jwks", "i", path + ".jwks", "\"i\"", "an https URL with a host"),
        issuer(
            "name: i",
            "name: i, claims: {usr: x}",
            path + ".claims.usr",
            "unknown key \"usr\"",
            "user"),
        fault(
            "identity: {issuers: ["
                + ISSUER
                + ", "
                + ISSUER.replace("issuer: i", "issuer: j")
                + "]}",
            "identity.issuers[1].name",
            "\"i\"",
            "a value that no other issuer has; line 1 has it"),
        fault(
            "identity: {issuers: [" + ISSUER + ", " + ISSUER.replace("name: i", "name: j") + "]}",
            "identity.issuers[1].issuer",
            "\"i\"",
            "a value that no other issuer has; line 1 has it"));
  }

  static Stream<Arguments> cors() {
    return Stream.of(
        fault("cors: {}", "cors.origins", "nothing", "an origin"),
        origin("'*', https://a.example", "cors.origins[0]", "\"*\"", "* alone"),
        fault(
            "cors: {origins: ['*'], credentials: true}",
            "cors.origins[0]",
            "\"*\"",
            "refuse * with credentials"),
        origin("https://a.example/", "cors.origins[0]", "\"https://a.example/\"", "an origin"),
        origin("https://A.example", "cors.origins[0]", "\"https://A.example\"", "in lower case"),
        origin("https://a.example:443", "cors.origins[0]", "\"https://a.example:443\"", "port"),
        origin("a.example", "cors.origins[0]", "\"a.example\"", "an origin"),
        fault("cors: {origins: ['*'], headers: [a b]}", "cors.headers[0]", "\"a b\"", "RFC 9110"),
        fault("cors: {origins: ['*'], methods: [get]}", "cors.methods[0]", "\"get\"", "mean GET?"),
        fault(
            "cors: {origins: ['*'], credentials: yes}",
            "cors.credentials",
            "\"yes\"",
            "true or false"),
        fault("cors: {origins: ['*'], maxAge: 2d}", "cors.maxAge", "\"2d\"", "from 0s to 1d"));
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        limit("{rate: 5/s}", ".by", "nothing", "user, ip, route"),
        limit("{by: usr, rate: 5/s}", ".by", "\"usr\"", "user, ip, route"),
        limit("{by: [], rate: 5/s}", ".by", "an empty list", "at least 1"),
        limit("{by: [ip, ip], rate: 5/s}", ".by[1]", "\"ip\"", "each fact once"),
        limit("{by: 'header:a b', rate: 5/s}", ".by", "\"header:a b\"", "header:NAME"),
        limit("{by: ip}", "", "none of them", "one of rate, window"),
        limit("{by: ip, rate: 5/s, window: 5/1m}", "", "rate and window", "one of rate, window"),
        limit("{by: ip, rate: 50}", ".rate", "\"50\"", "a number per unit, such as 50/s"),
        limit("{by: ip, rate: 50/sec}", ".rate", "\"50/sec\"", "a number per unit"),
        limit("{by: ip, rate: 0/s}", ".rate", "\"0/s\"", "a number per unit"),
        limit("{by: ip, rate: 5/100ms}", ".rate", "\"5/100ms\"", "a number per unit"),
        limit("{by: ip, window: 60}", ".window", "\"60\"", "a number per window, such as 60/1m"),
        limit("{by: ip, window: 60/1m, burst: 5}", ".burst", "\"5\"", "no burst beside a window"),
        limit("{by: ip, rate: 5/s, burst: 2, cost: 3}", ".burst", "\"2\"", "at least 3, the cost"),
        limit("{by: ip, rate: 5/s, cost: 6}", ".rate", "\"5/s\"", "at least 6, the cost"),
        limit("{by: ip, window: 5/1m, cost: 6}", ".window", "\"5/1m\"", "at least 6, the cost"),
        limit("{by: ip, rate: 5/s, cost: 0}", ".cost", "\"0\"", "at least 1"),
        limit(
            "{by: ip, rate: 5/s, when: {caller: known}}",
            ".when.caller",
            "\"known\"",
            "one of anonymous, signed-in"),
        limit("{by: ip, rate: 5/s, when: {}}", ".when", "a mapping", "tier, role or caller"),
        limit("{by: ip, rate: 5/s, shadow: 1}", ".shadow", "\"1\"", "true or false"),
        limit("{by: ip, rate: 5/s, withoutRedis: alow}", ".withoutRedis", "\"alow\"", "allow?"));
  }

  static Stream<Arguments> queues() {
    return Stream.of(
        queue("{capacity: 5}", ".admit", "nothing", "a number per unit"),
        queue("{admit: 5/s}", ".capacity", "nothing", "at least 1"),
        queue("{admit: 0/s, capacity: 5}", ".admit", "\"0/s\"", "a number per unit"),
        queue("{admit: 5/s, capacity: 0}", ".capacity", "\"0\"", "at least 1"),
        queue(
            "{admit: 5/s, capacity: 5, opensAt: 2026-12-01}",
            ".opensAt",
            "\"2026-12-01\"",
            "offset"),
        queue(
            "{admit: 5/s, capacity: 5, opensAt: 2026-12-01T10:00:00}",
            ".opensAt",
            "\"2026-12-01T10:00:00\"",
            "an offset"),
        queue(
            "{admit: 5/s, capacity: 5, prequeue: fifo}", ".prequeue", "\"fifo\"", "none, shuffle"),
        queue("{admit: 5/s, capacity: 5, grace: 20}", ".grace", "\"20\"", "such as 20s"),
        queue("{admit: 5/s, capacity: 5, events: [a b]}", ".events[0]", "\"a b\"", "evt-*"));
  }

  static Stream<Arguments> services() {
    String url = "url: http://s.internal, ";
    return Stream.of(
        service("{}", "", "none of them", "one of url, urls, cloudMap, grpc"),
        service("{url: http://s, cloudMap: s.local}", "", "url and cloudMap", "one of url"),
        service("{url: s.internal}", ".url", "\"s.internal\"", "an http or https URL with a host"),
        service("{url: 'http://'}", ".url", "\"http://\"", "an http or https URL with a host"),
        service("{url: 'http://u:p@s'}", ".url", "\"http://u:p@s\"", "an http or https URL"),
        service("{url: 'http://s?a=b'}", ".url", "\"http://s?a=b\"", "no query"),
        service("{url: 'http://s:99999'}", ".url", "\"http://s:99999\"", "an http or https URL"),
        service("{url: http://s/a/../b}", ".url", "\"http://s/a/../b\"", "an http or https URL"),
        service("{urls: []}", ".urls", "an empty list", "at least 1"),
        service("{cloudMap: 's:0'}", ".cloudMap", "\"s:0\"", "a Cloud Map DNS name"),
        service("{grpc: s, descriptors: d}", ".grpc", "\"s\"", "a host and a port"),
        service("{grpc: 's:1'}", ".descriptors", "nothing", "payment.protoset"),
        service(
            "{grpc: 's:1', descriptors: ../d}", ".descriptors", "\"../d\"", "beside gateway.yaml"),
        service(
            "{" + url + "descriptors: d}", ".descriptors", "\"d\"", "no descriptors without grpc"),
        service("{" + url + "balance: random}", ".balance", "\"random\"", "round-robin"),
        service(
            "{" + url + "timeout: 5s}", ".timeout", "\"5s\"", "a mapping with connect, request"),
        service("{" + url + "timeout: {request: 28s}}", ".timeout.request", "\"28s\"", "to 27s"),
        service("{" + url + "retry: {budget: 20}}", ".retry.budget", "\"20\"", "such as 20%"),
        service("{" + url + "retry: {budget: 101%}}", ".retry.budget", "\"101%\"", "such as 20%"),
        service("{" + url + "retry: {attempts: 0}}", ".retry.attempts", "\"0\"", "from 1 to 10"),
        service("{" + url + "health: {}}", ".health.path", "nothing", "a canonical path"),
        service("{" + url + "health: {path: a}}", ".health.path", "\"a\"", "begins with a slash"),
        service(
            "{" + url + "tls: {certificate: c, trust: t}}",
            ".url",
            "\"http://s.internal\"",
            "an https URL beside tls"),
        service(
            "{url: https://s, tls: {certificate: c, trust: t, spiffeId: 'https://x'}}",
            ".tls.spiffeId",
            "\"https://x\"",
            "a SPIFFE id"));
  }

  static Stream<Arguments> routes() {
    return Stream.of(
        route("to: s, allow: public", ".match", "nothing", "a method and a path pattern"),
        route("match: GET /a, allow: public", "", "none of them", "one of to, redirect"),
        route("match: GET /a, to: s", ".allow", "nothing", "one of public, optional, jwt"),
        route("match: GET /a, to: x, allow: public", ".to", "\"x\"", "the name of a service"),
        open("limits: [x]", ".limits[0]", "\"x\"", "the name of a limit; none is defined"),
        open("queue: x", ".queue", "\"x\"", "the name of a queue; none is defined"),
        open("queue: {name: x}", ".queue.name", "\"x\"", "the name of a queue"),
        open("releases: x", ".releases", "\"x\"", "the name of a queue"),
        open("cache: 8d", ".cache", "\"8d\"", "from 1s to 7d"),
        open("cache: {shared: true}", ".cache.ttl", "nothing", "from 1s to 7d"),
        open("cache: {ttl: 60s, shared: x}", ".cache.shared", "\"x\"", "true or false"),
        open("cache: {ttl: 60s, staleIfError: 8d}", ".cache.staleIfError", "\"8d\"", "0s to 7d"),
        open("cache: {ttl: 60s, vary: ['a b']}", ".cache.vary[0]", "\"a b\"", "a header's name"),
        open("timeout: 5", ".timeout", "\"5\"", "with its unit"),
        open(
            "idempotency: required", ".idempotency", "\"required\"", "POST, PUT, PATCH and DELETE"),
        open("version: {}", ".version", "a mapping", "deprecated, sunset or successor"),
        open(
            "version: {successor: v2}",
            ".version.successor",
            "\"v2\"",
            "a path that begins with a slash"),
        open("version: {sunset: 2026-13-01}", ".version.sunset", "\"2026-13-01\"", "a date"),
        open(
            "version: {deprecated: 2026-06-02, sunset: 2026-06-01}",
            ".version.sunset",
            "\"2026-06-01\"",
            "a day after the deprecation"),
        post("cache: 60s", ".cache", "\"60s\"", "a cache on GET and ANY routes only"),
        route(
            "match: ANY /a, to: s, allow: public, cache: 60s, idempotency: optional",
            ".cache",
            "\"60s\"",
            "no cache on routes with idempotency keys"),
        post("idempotency: {mode: required, ttl: 31d}", ".idempotency.ttl", "\"31d\"", "1m to 30d"),
        post("idempotency: {mode: on}", ".idempotency.mode", "\"on\"", "one of off, optional"),
        post("idempotency: {ttl: 5m}", ".idempotency.mode", "nothing", "one of off, optional"),
        post(
            "idempotency: {mode: required, conflictStatus: 400}",
            ".idempotency.conflictStatus",
            "\"400\"",
            "409 or 422"),
        post("graphql: {maxDepth: 0}", ".graphql.maxDepth", "\"0\"", "from 1 to 100"),
        allow("jwt", "", "\"jwt\"", "identity.issuers"),
        allow("apiKey", "", "\"apiKey\"", "identity.apiKeys"),
        allow("{scopes: [a]}", "", "a mapping", "identity.issuers"),
        allow("{scopes: [a], by: apiKey}", ".by", "\"apiKey\"", "identity.apiKeys"),
        allow("everyone", "", "\"everyone\"", "one of public, optional, jwt"),
        allow("apikey", "", "\"apikey\"", "did you mean apiKey?"),
        allow("{}", "", "nothing", "a mapping with scopes"),
        allow("{signature: stripe}", ".secret", "nothing", "gateway/stripe"),
        allow("{secret: s}", ".signature", "nothing", "stripe"),
        allow("{signature: stripe, secret: s, roles: [a]}", ".roles", "a list", "nothing beside"),
        allow("[jwt]", "", "a list", "one of public"));
  }

  static Stream<Arguments> matches() {
    return Stream.of(
        match("/a", "a method and a path pattern, such as GET"),
        match("get /a", "did you mean GET?"),
        match("OPTIONS /a", "which the gateway answers itself"),
        match("TRACE /a", "one of ANY, GET, HEAD"),
        match("GET a", "a path that begins with a slash"),
        match("GET  /a", "a path that begins with a slash"),
        match("GET /a/", "without a slash at its end"),
        match("GET /a//b", "without empty segments"),
        match("GET /a/./b", "without dot segments"),
        match("GET /a/../b", "without dot segments"),
        match("GET /a%2Fb", "nothing encoded"),
        match("GET /a b", "nothing encoded"),
        match("GET /a?b", "nothing encoded"),
        match("GET /ä", "nothing encoded"),
        match("GET /a/**/b", "** as the last segment only"),
        match("GET /a*", "* as a whole segment"),
        match("GET /a/***", "* as a whole segment"),
        match("GET /a/{id}", "* for one segment"),
        match("GET /a+b", "API Gateway allows no others"),
        match("GET /healthz", "a path that is not the gateway's own"),
        match("POST /admin/users/*", "a path that is not the gateway's own"),
        match("ANY /api/v1/queue/**", "a path that is not the gateway's own"));
  }

  private static Arguments fault(String sections, String path, String found, String expected) {
    return Arguments.of(sections, path, found, expected);
  }

  private static Arguments issuer(
      String part, String instead, String path, String found, String expected) {
    String issuer = ISSUER.replace(part, instead);
    return fault("identity: {issuers: [" + issuer + "]}", path, found, expected);
  }

  private static Arguments origin(String origins, String path, String found, String expected) {
    return fault("cors: {origins: [" + origins + "]}", path, found, expected);
  }

  private static Arguments limit(String limit, String path, String found, String expected) {
    return fault("limits: {l: " + limit + "}", "limits.l" + path, found, expected);
  }

  private static Arguments queue(String queue, String path, String found, String expected) {
    return fault("queues: {q: " + queue + "}", "queues.q" + path, found, expected);
  }

  private static Arguments service(String service, String path, String found, String expected) {
    return fault("services: {s: " + service + "}", "services.s" + path, found, expected);
  }

  private static Arguments route(String route, String path, String found, String expected) {
    return fault("routes: [{" + route + "}]", "routes[0]" + path, found, expected);
  }

  @ParameterizedTest
  @CsvSource({"/events/*/orders, 0", "/events, 1", "/orders/events, 1", "/other/*, 1"})
  void anEventInThePathStandsBehindALiteralSegment(String pattern, int faults) {
    String route =
        "{match: POST "
            + pattern
            + ", to: s, allow: public, queue: {name: q, event: 'path:events'}}";
    String source =
        Example.with("queues: {q: {admit: 5/s, capacity: 5}}", "routes: [" + route + "]");
    assertThat(Example.faults(source)).hasSize(faults);
  }

  private static Arguments open(String settings, String path, String found, String expected) {
    return route("match: GET /a, to: s, allow: public, " + settings, path, found, expected);
  }

  private static Arguments post(String settings, String path, String found, String expected) {
    return route("match: POST /a, to: s, allow: public, " + settings, path, found, expected);
  }

  private static Arguments allow(String allow, String path, String found, String expected) {
    return route("match: POST /a, to: s, allow: " + allow, ".allow" + path, found, expected);
  }

  private static Arguments match(String match, String expected) {
    String route = "match: '" + match + "', to: s, allow: public";
    return route(route, ".match", '"' + match + '"', expected);
  }
}
