package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.config.Variants;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Routing, rewrites and redirects, modelled on the conformance tests of the Kubernetes Gateway API
 * (github.com/kubernetes-sigs/gateway-api, conformance/tests/httproute-*.yaml). Where this gateway
 * differs, docs/routing.md says so: one slash at the end is dropped, and a request that fits no
 * variant of its path is not served by a shorter path.
 */
final class HttpRouteCasesTest {
  private static final RouteTable<Fork> TABLE = table();

  /**
   * @param answer the service and its path; the status; or the status and the Location
   */
  @ParameterizedTest(name = "{0} {1} {2} [{3}] -> {4}")
  @CsvFileSource(resources = "httproute-cases.csv", delimiter = '|')
  void aCase(String method, String host, String target, String headers, String answer) {
    assertThat(answer(request(method, host, target, headers == null ? "" : headers)))
        .isEqualTo(answer);
  }

  private static String answer(GatewayRequest request) {
    if (!(CanonicalPath.parse(request.rawPath()) instanceof CanonicalPath.Parsed.Valid(var path))) {
      return "400";
    }
    return switch (TABLE.find(request.method(), path.segments())) {
      case RouteTable.Found<Fork>(Fork fork) -> along(fork, request, path);
      case RouteTable.MethodNotAllowed<Fork> _ -> "405";
      case RouteTable.NoRoute<Fork> _ -> "404";
    };
  }

  private static String along(Fork fork, GatewayRequest request, CanonicalPath path) {
    try {
      return switch (fork.way(request).route().to()) {
        case Destination.Services(var shares, var rewrite) ->
            shares.getFirst().service() + " " + rewrite.of(path.text());
        case Destination.Redirect redirect -> {
          var answer = Redirection.of(redirect, path, request.query());
          yield answer.status() + " " + answer.headers().first("Location").orElseThrow();
        }
      };
    } catch (GatewayException e) {
      return Integer.toString(e.code().status());
    }
  }

  private static GatewayRequest request(String method, String host, String target, String headers) {
    String[] parts = target.split("\\?", 2);
    List<Query.Parameter> query = new ArrayList<>();
    for (String pair : parts.length == 1 ? new String[0] : parts[1].split("&", -1)) {
      String[] sides = pair.split("=", 2);
      query.add(new Query.Parameter(sides[0], sides.length == 1 ? "" : sides[1]));
    }
    Headers.Builder fields = Headers.builder();
    for (String line : headers.isEmpty() ? new String[0] : headers.split("; ", -1)) {
      String[] field = line.split(": ", 2);
      fields.add(field[0], field[1]);
    }
    return new GatewayRequest(
        method,
        parts[0],
        new Query(query),
        fields.build(),
        new byte[0],
        Map.of(),
        "192.0.2.1",
        "id",
        host);
  }

  private static RouteTable<Fork> table() {
    Gateway gateway = gateway();
    return RouteTable.of(
        Variants.of(gateway.routes()).stream()
            .map(same -> Fork.of(same, gateway, new HashMap<>()))
            .toList());
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: conformance
        services: {v1: {url: http://v1}, v2: {url: http://v2}, v3: {url: http://v3}}
        routes:
          # httproute-exact-path-matching
          - {match: GET /exact/one, to: v1, allow: public}
          - {match: GET /exact/two, to: v2, allow: public}
          # httproute-matching, httproute-path-match-order
          - {match: ANY /order/match, to: v1, allow: public}
          - {match: ANY /order/match/**, to: v1, allow: public}
          - {match: ANY /order/match/exact, to: v2, allow: public}
          - {match: ANY /order/match/exact/one, to: v3, allow: public}
          - {match: ANY /order/match/prefix/**, to: v2, allow: public}
          - {match: ANY /order/match/*/one, to: v3, allow: public}
          # httproute-method-matching
          - {match: POST /method, to: v1, allow: public}
          - {match: GET /method, to: v2, allow: public}
          - {match: ANY /method/any, to: v1, allow: public}
          - {match: PUT /method/any, to: v2, allow: public}
          # httproute-header-matching
          - {match: GET /headers, to: v1, allow: public, when: {headers: {version: one}}}
          - {match: GET /headers, to: v2, allow: public, when: {headers: {version: two}}}
          - {match: GET /headers, to: v1, allow: public, when: {headers: {version: two, color: orange}}}
          - {match: GET /headers, to: v1, allow: public, when: {headers: {color: blue}}}
          - {match: GET /headers, to: v1, allow: public, when: {headers: {color: green}}}
          - {match: GET /headers, to: v2, allow: public, when: {headers: {color: red}}}
          - {match: GET /headers, to: v2, allow: public, when: {headers: {color: yellow}}}
          - {match: GET /present, to: v1, allow: public, when: {headers: {X-Debug: '*'}}}
          - {match: GET /present, to: v2, allow: public}
          - {match: GET /**, to: v3, allow: public}
          # httproute-query-param-matching
          - {match: GET /query, to: v1, allow: public, when: {query: {animal: whale}}}
          - {match: GET /query, to: v2, allow: public, when: {query: {animal: dolphin}}}
          - {match: GET /query, to: v3, allow: public, when: {query: {animal: dolphin, color: blue}}}
          - {match: GET /query, to: v3, allow: public, when: {query: {ANIMAL: Whale}}}
          - {match: GET /query, to: v1, allow: public, when: {headers: {version: one}, query: {animal: dolphin}}}
          # httproute-hostname-intersection, -listener-hostname-matching
          - {match: GET /host, to: v1, allow: public, when: {host: very.specific.com}}
          - {match: GET /host, to: v2, allow: public, when: {host: '*.wildcard.io'}}
          - {match: GET /host, to: v3, allow: public, when: {host: '*.deep.wildcard.io'}}
          - {match: GET /host, to: v1, allow: public, when: {host: foo.wildcard.io, headers: {a: b}}}
          # httproute-rewrite-path
          - {match: GET /prefix/one, to: v1, allow: public, rewrite: {strip: /prefix/one, prefix: /one}}
          - {match: GET /prefix/one/**, to: v1, allow: public, rewrite: {strip: /prefix/one, prefix: /one}}
          - {match: GET /strip-prefix, to: v1, allow: public, rewrite: {strip: /strip-prefix}}
          - {match: GET /strip-prefix/**, to: v1, allow: public, rewrite: {strip: /strip-prefix}}
          - {match: GET /add/**, to: v2, allow: public, rewrite: {prefix: /deep/er}}
          # httproute-redirect-path, -host-and-status, -303-307-308, -scheme, -port
          - {match: GET /original-prefix/**, allow: public, redirect: {to: /replacement-prefix, strip: /original-prefix}}
          - {match: GET /full/path/original, allow: public, redirect: {to: /full-path-replacement}}
          - {match: GET /hostname-redirect, allow: public, redirect: {to: 'https://example.org', strip: /}}
          - {match: GET /hostname-redirect/**, allow: public, redirect: {to: 'https://example.org/', strip: /, status: 301, query: true}}
          - {match: GET /permanent, allow: public, redirect: {to: 'https://example.org:8443/a', status: 308}}
          - {match: POST /temporary, allow: public, redirect: {to: 'https://example.org/a', status: 307, query: true}}
          # Versions
          - {match: GET /versions, to: v1, allow: public, when: {version: {name: '1', default: true}}}
          - {match: GET /versions, to: v2, allow: public, when: {version: '2'}}
          - {match: GET /versions, to: v3, allow: public, when: {version: '2', headers: {X-Beta: '1'}}}
          - {match: GET /strict, to: v1, allow: public, when: {version: '1'}}
          - {match: GET /mixed, to: v1, allow: public}
          - {match: GET /mixed, to: v2, allow: public, when: {version: '2'}}
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }
}
