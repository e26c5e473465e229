package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What routes that share a match, split, rewrite or redirect must not be. */
final class RoutingFaultsTest {
  private static final String IDENTITY =
      "identity: {issuers: [{name: i, issuer: i, jwks: https://i/jwks, audiences: [a], algorithms:"
          + " [RS256]}]}";

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          when: {} | .when | nothing | host, headers, query or version
          when: x | .when | "x" | a mapping with host, headers, query, version
          when: {bogus: 1} | .when.bogus | unknown key "bogus" | one of host, headers
          when: {host: API.example.com} | .when.host | "API.example.com" | in lower case
          when: {host: 'api.example.com:80'} | .when.host | "api.example.com:80" | without a port
          when: {host: api.example.com.} | .when.host | "api.example.com." | a host in lower case
          when: {host: a.*.com} | .when.host | "a.*.com" | a host in lower case
          when: {host: '*'} | .when.host | "*" | a host in lower case
          when: {headers: {}} | .when.headers | nothing | a name and its value
          when: {query: {}} | .when.query | nothing | a name and its value
          when: {headers: {'a b': x}} | .when.headers.a b | "a b" | a header's name
          when: {headers: {A: ''}} | .when.headers.A | "" | a value of at most 256
          when: {headers: {A: ' x'}} | .when.headers.A | " x" | a value of at most 256
          when: {headers: {A: 1}} | .when.headers.A | "1" | a text in quotes
          when: {headers: {A: x, a: y}} | .when.headers.a | "a" | each header once
          when: {headers: {X-User-Id: x}} | .when.headers.X-User-Id | "x-user-id" | a header other than
          when: {headers: {Host: x}} | .when.headers.Host | "host" | Host (host:)
          when: {headers: {Accept-Version: x}} | .when.headers.Accept-Version | "accept-version" | (version:)
          when: {headers: {Authorization: x}} | .when.headers.Authorization | "authorization" | credentials
          when: {version: v2} | .when.version | "v2" | a version that begins with a digit
          when: {version: 2} | .when.version | "2" | a text in quotes
          when: {version: {default: true}} | .when.version.name | nothing | a version that begins
          when: {version: {name: '2', default: 1}} | .when.version.default | "1" | true or false
          rewrite: {} | .rewrite | nothing | strip or prefix
          rewrite: {strip: /b} | .rewrite.strip | "/b" | a literal beginning of the match /a
          rewrite: {strip: /a/b} | .rewrite.strip | "/a/b" | a literal beginning of the match /a
          rewrite: {strip: /} | .rewrite.strip | "/" | a beginning of at least one segment
          rewrite: {prefix: /../x} | .rewrite.prefix | "/../x" | without dot segments
          rewrite: {prefix: /x/} | .rewrite.prefix | "/x/" | without a slash at its end
          rewrite: {prefix: x} | .rewrite.prefix | "x" | begins with a slash
          """)
  void aFaultOfARoute(String setting, String path, String found, String expected) {
    List<Fault> faults = faults("{match: GET /a, to: s, allow: public, " + setting + "}");
    assertThat(faults).extracting(Fault::path).containsExactly("routes[0]" + path);
    assertThat(faults.getFirst().found()).isEqualTo(found);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          to: {} | .to | a mapping | a weight above 0
          to: {s: 0} | .to | a mapping | a weight above 0
          to: {s: 0, t: 0} | .to | a mapping | a weight above 0
          to: {s: -1, t: 2} | .to.s | "-1" | a whole number from 0 to 1000000
          to: {s: 9.5} | .to.s | "9.5" | a whole number
          to: {s: 1, u: 2} | .to.u | "u" | the name of a service; defined are s, t
          to: [s] | .to | a list | a mapping of names to weights
          redirect: {} | .redirect.to | nothing | an https URL
          redirect: {to: /b, status: 303} | .redirect.status | "303" | 301 or 302 or 307 or 308
          redirect: {to: 'http://x.example'} | .redirect.to | "http://x.example" | an https URL
          redirect: {to: '//x.example'} | .redirect.to | "//x.example" | an https URL
          redirect: {to: 'https://x.example?a'} | .redirect.to | "https://x.example?a" | without a query
          redirect: {to: 'https://u@x.example'} | .redirect.to | "https://u@x.example" | an https URL
          redirect: {to: 'https://x.example/../a'} | .redirect.to | "https://x.example/../a" | an https URL
          redirect: {to: 'javascript:1'} | .redirect.to | "javascript:1" | an https URL
          redirect: {to: /a} | .redirect.to | "/a" | does not serve itself
          redirect: {to: /b, strip: /b} | .redirect.strip | "/b" | a literal beginning
          redirect: {to: /b}, timeout: 1s | .timeout | "1s" | nothing of a service's beside redirect
          redirect: {to: /b}, rewrite: {prefix: /b} | .rewrite | a mapping | nothing of a service's
          redirect: {to: /b}, to: s | '' | to and redirect | one of to, redirect
          allow: public | '' | none of them | one of to, redirect
          """)
  void aFaultOfADestination(String setting, String path, String found, String expected) {
    String route = setting.equals("allow: public") ? setting : "allow: public, " + setting;
    List<Fault> faults = faults("{match: GET /a, " + route + "}");
    assertThat(faults).extracting(Fault::path).containsExactly("routes[0]" + path);
    assertThat(faults.getFirst().found()).isEqualTo(found);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  @ParameterizedTest(name = "{0} beside {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          to: s | to: t | .match | a match that no other route has; routes[0].match on line 1 has it
          when: {host: a}, to: s | when: {host: a}, to: t | .match | a match and a when that no other
          when: {headers: {A: x}}, to: s | when: {headers: {a: x}}, to: t | .match | a match and a when
          when: {query: {a: '1', b: '2'}}, to: s | when: {query: {b: '2', a: '1'}}, to: t | .match | a match and a when
          when: {version: '1'}, to: s | when: {version: {name: '1'}}, to: t | .match | a match and a when
          when: {version: {name: '1', default: true}}, to: s | when: {version: {name: '2', default: true}}, to: t | '' | one default; routes[0]
          to: s | when: {version: {name: '2', default: true}}, to: t | '' | one default; routes[0]
          to: s | to: t, idempotency: optional, when: {host: a} | .idempotency | the same idempotency as routes[0]
          """)
  void aFaultBetweenRoutesOfOneMatch(String one, String two, String path, String expected) {
    List<Fault> faults =
        faults(
            "{match: POST /a, allow: public, " + one + "}",
            "{match: POST /a, allow: public, " + two + "}");
    assertThat(faults).extracting(Fault::path).containsExactly("routes[1]" + path);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jwt | public
          public | jwt
          jwt | optional
          {scopes: [a]} | {scopes: [a, b]}
          {scopes: [a]} | {anyScope: [a]}
          """)
  void noVariantCanBeHadWithLess(String one, String two) {
    List<Fault> faults =
        faults(
            "{match: GET /a, to: s, allow: " + one + "}",
            "{match: GET /a, to: s, when: {headers: {X-Beta: '1'}}, allow: " + two + "}");
    assertThat(faults).extracting(Fault::path).containsExactly("routes[1].allow");
    assertThat(faults.getFirst().expected())
        .contains("the same allow as routes[0] on line 1, whose match it has");
  }

  @Test
  void whatIsToldApartHasNoFault() {
    assertThat(
            faults(
                "{match: GET /a, to: s, allow: jwt}",
                "{match: GET /a, to: t, allow: jwt, when: {host: a.example}}",
                "{match: GET /a, to: t, allow: jwt, when: {host: '*.a.example'}}",
                "{match: GET /a, to: t, allow: jwt, when: {headers: {A: x}}}",
                "{match: GET /a, to: t, allow: jwt, when: {headers: {A: '*'}}}",
                "{match: GET /a, to: {s: 0, t: 1}, allow: jwt, when: {query: {'f[x]': x}}}",
                "{match: GET /a, to: t, allow: jwt, when: {version: '2'}}",
                "{match: GET /b/**, to: s, allow: jwt, rewrite: {strip: /b, prefix: /c/d}}",
                "{match: GET /c/**, allow: jwt, redirect: {to: 'https://c.example/d', strip: /,"
                    + " status: 308, query: true}}",
                "{match: ANY /old/**, allow: jwt, redirect: {to: /new, strip: /old}}",
                "{match: ANY /e/*, allow: jwt, redirect: {to: /f, strip: /e}}"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/b/**, /b, /b/c", "/b/**, /b, /b", "/b/*, /b, /b", "/**, /, /x"})
  void aRedirectThatWouldBeRedirectedAgainIsAFault(String pattern, String strip, String to) {
    List<Fault> faults =
        faults(
            "{match: GET "
                + pattern
                + ", allow: jwt, redirect: {to: "
                + to
                + ", strip: "
                + strip
                + "}}");
    assertThat(faults).extracting(Fault::path).containsExactly("routes[0].redirect.to");
  }

  private static List<Fault> faults(String... routes) {
    return Example.faults(
        Example.with(
            "routes: [" + String.join(", ", routes) + "]",
            IDENTITY,
            "services: {s: {url: http://s.internal}, t: {url: http://t.internal}}"));
  }
}
