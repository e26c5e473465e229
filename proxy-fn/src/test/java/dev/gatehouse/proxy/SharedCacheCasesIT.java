package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cases modelled on those of <a href="https://github.com/http-tests/cache-tests">http-tests
 * cache-tests</a>, under their ids, through the whole pipeline with a real Redis. Those that do not
 * apply are in docs/cache.md, each with its reason.
 *
 * <p>Every case is two requests: what the service says to both, how many seconds lie between them,
 * and what the cache does with the second. {@code ~} stands between fields.
 */
final class SharedCacheCasesIT {
  private static Fleet fleet;
  private static CacheServer service;
  private static ManualClock clock;
  private static FrontDoor door;

  @BeforeAll
  static void start() throws IOException {
    fleet = new Fleet();
    service = new CacheServer();
    clock = new ManualClock();
    door =
        fleet.environment(
            Fleet.gateway(
                """
                services:
                  s: {url: "%s", retry: {attempts: 1}, breaker: {failures: 10000}}
                routes:
                  - {match: ANY /r/**, to: s, allow: optional, cache: {ttl: 7d, shared: true}}
                """
                    .formatted(service.url())),
            fleet.server().address(),
            clock);
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    fleet.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          # cc-freshness
          freshness-max-age                       | 200 ~ Cache-Control: max-age=3600 | 5 | | hit
          freshness-max-age-0                     | 200 ~ Cache-Control: max-age=0 | 0 | | miss
          freshness-max-age-stale                 | 200 ~ Cache-Control: max-age=2 | 3 | | miss
          freshness-max-age-max                   | 200 ~ Cache-Control: max-age=2147483647 | 5 | | hit
          freshness-max-age-max-plus              | 200 ~ Cache-Control: max-age=99999999999999999999 | 5 | | hit
          freshness-max-age-age                   | 200 ~ Cache-Control: max-age=3600 ~ Age: 7200 | 0 | | miss
          freshness-max-age-date                  | 200 ~ Cache-Control: max-age=3600 ~ Date: Sat, 21 Nov 2026 00:00:00 GMT | 0 | | miss
          freshness-max-age-negative              | 200 ~ Cache-Control: max-age=-3600 | 0 | | miss
          freshness-max-age-expires               | 200 ~ Cache-Control: max-age=3600 ~ Expires: Sat, 21 Nov 2026 00:00:00 GMT | 5 | | hit
          freshness-max-age-0-expires             | 200 ~ Cache-Control: max-age=0 ~ Expires: Thu, 18 Aug 2050 02:01:18 GMT | 0 | | miss
          freshness-s-maxage-shared               | 200 ~ Cache-Control: s-maxage=3600 | 5 | | hit
          freshness-max-age-s-maxage-shared-longer| 200 ~ Cache-Control: max-age=1, s-maxage=3600 | 5 | | hit
          freshness-max-age-s-maxage-shared-shorter| 200 ~ Cache-Control: max-age=3600, s-maxage=1 | 5 | | miss
          freshness-max-age-s-maxage-shared-longer-reversed | 200 ~ Cache-Control: s-maxage=3600, max-age=1 | 5 | | hit
          freshness-max-age-s-maxage-shared-longer-multiple | 200 ~ Cache-Control: max-age=1 ~ Cache-Control: s-maxage=3600 | 5 | | hit
          freshness-max-age-s-maxage-shared-longer-expires  | 200 ~ Cache-Control: s-maxage=3600 ~ Expires: Sat, 21 Nov 2026 00:00:00 GMT | 5 | | hit
          freshness-max-age-case-insenstive       | 200 ~ Cache-Control: MaX-aGe=3600 | 5 | | hit
          freshness-max-age-extension             | 200 ~ Cache-Control: foobar, max-age=3600 | 5 | | hit
          # cc-parse
          freshness-max-age-two-fresh-stale-sameline | 200 ~ Cache-Control: max-age=1800, max-age=1 | 5 | | hit
          freshness-max-age-two-fresh-stale-sepline  | 200 ~ Cache-Control: max-age=1800 ~ Cache-Control: max-age=1 | 5 | | hit
          freshness-max-age-two-stale-fresh-sameline | 200 ~ Cache-Control: max-age=1, max-age=1800 | 5 | | miss
          freshness-max-age-two-stale-fresh-sepline  | 200 ~ Cache-Control: max-age=1 ~ Cache-Control: max-age=1800 | 5 | | miss
          freshness-max-age-ignore-quoted         | 200 ~ Cache-Control: extension="max-age=3600", max-age=1 | 5 | | miss
          freshness-max-age-ignore-quoted-rev     | 200 ~ Cache-Control: max-age=1, extension="max-age=3600" | 5 | | miss
          freshness-max-age-quoted                | 200 ~ Cache-Control: max-age="3600" | 5 | | hit
          freshness-max-age-space-before-equals   | 200 ~ Cache-Control: max-age =3600 | 5 | | miss
          freshness-max-age-space-after-equals    | 200 ~ Cache-Control: max-age= 3600 | 5 | | miss
          freshness-max-age-leading-zero          | 200 ~ Cache-Control: max-age=003600 | 5 | | hit
          freshness-max-age-single-quoted         | 200 ~ Cache-Control: max-age='3600' | 5 | | miss
          freshness-max-age-decimal-zero          | 200 ~ Cache-Control: max-age=3600.0 | 5 | | miss
          freshness-max-age-decimal-five          | 200 ~ Cache-Control: max-age=3600.5 | 5 | | miss
          freshness-max-age-a100                  | 200 ~ Cache-Control: max-age=a3600 | 5 | | miss
          freshness-max-age-100a                  | 200 ~ Cache-Control: max-age=3600a | 5 | | miss
          # cc-response
          cc-resp-no-store                        | 200 ~ Cache-Control: no-store | 0 | | miss
          cc-resp-no-store-case-insensitive       | 200 ~ Cache-Control: No-StOrE | 0 | | miss
          cc-resp-no-store-fresh                  | 200 ~ Cache-Control: max-age=10000, no-store ~ Expires: Thu, 18 Aug 2050 02:01:18 GMT | 0 | | miss
          cc-resp-no-store-old-max-age            | 200 ~ Cache-Control: no-store, max-age=10000 ~ Age: 1000 | 0 | | miss
          cc-resp-no-cache                        | 200 ~ Cache-Control: no-cache ~ Expires: Thu, 18 Aug 2050 02:01:18 GMT | 0 | | miss
          cc-resp-no-cache-case-insensitive       | 200 ~ Cache-Control: No-CaChE ~ Expires: Thu, 18 Aug 2050 02:01:18 GMT | 0 | | miss
          cc-resp-private-shared                  | 200 ~ Cache-Control: private, max-age=3600 | 0 | | miss
          cc-resp-must-revalidate-fresh           | 200 ~ Cache-Control: max-age=10000, must-revalidate | 5 | | hit
          cc-resp-must-revalidate-stale           | 200 ~ Cache-Control: max-age=2, must-revalidate | 3 | | miss
          # expires and its parsing
          freshness-expires-future                | 200 ~ Expires: Thu, 18 Aug 2050 02:01:18 GMT | 5 | | hit
          freshness-expires-past                  | 200 ~ Expires: Sat, 21 Nov 2020 00:00:00 GMT | 0 | | miss
          freshness-expires-invalid               | 200 ~ Expires: 0 | 0 | | miss
          freshness-expires-rfc850                | 200 ~ Expires: Thursday, 18-Aug-50 02:01:18 GMT | 5 | | hit
          freshness-expires-ansi-c                | 200 ~ Expires: Thu Aug 18 02:01:18 2050 | 5 | | hit
          freshness-expires-wrong-case-weekday    | 200 ~ Expires: THU, 18 Aug 2050 02:01:18 GMT | 0 | | miss
          freshness-expires-wrong-case-month      | 200 ~ Expires: Thu, 18 AUG 2050 02:01:18 GMT | 0 | | miss
          freshness-expires-wrong-case-tz         | 200 ~ Expires: Thu, 18 Aug 2050 02:01:18 gMT | 0 | | miss
          freshness-expires-invalid-utc           | 200 ~ Expires: Thu, 18 Aug 2050 02:01:18 UTC | 0 | | miss
          freshness-expires-invalid-aest          | 200 ~ Expires: Thu, 18 Aug 2050 02:01:18 AEST | 0 | | miss
          freshness-expires-invalid-2-digit-year  | 200 ~ Expires: Thu, 18 Aug 50 02:01:18 GMT | 0 | | miss
          freshness-expires-invalid-no-comma      | 200 ~ Expires: Thu 18 Aug 2050 02:01:18 GMT | 0 | | miss
          freshness-expires-invalid-multiple-spaces | 200 ~ Expires: Thu, 18  Aug  2050 02:01:18 GMT | 0 | | miss
          freshness-expires-invalid-date-dashes   | 200 ~ Expires: Thu, 18-Aug-2050 02:01:18 GMT | 0 | | miss
          freshness-expires-invalid-time-periods  | 200 ~ Expires: Thu, 18 Aug 2050 02.01.18 GMT | 0 | | miss
          freshness-expires-invalid-1-digit-hour  | 200 ~ Expires: Thu, 18 Aug 2050 2:01:18 GMT | 0 | | miss
          # age-parse
          age-parse-nonnumeric                    | 200 ~ Cache-Control: max-age=3600 ~ Age: abc | 5 | | hit
          age-parse-negative                      | 200 ~ Cache-Control: max-age=3600 ~ Age: -7200 | 5 | | hit
          age-parse-float                         | 200 ~ Cache-Control: max-age=3600 ~ Age: 7200.0 | 5 | | hit
          age-parse-large                         | 200 ~ Cache-Control: max-age=3600 ~ Age: 8589934592 | 0 | | miss
          age-parse-suffix                        | 200 ~ Cache-Control: max-age=3600 ~ Age: 7200,0 | 0 | | miss
          age-parse-suffix-twoline                | 200 ~ Cache-Control: max-age=3600 ~ Age: 7200 ~ Age: 0 | 0 | | miss
          age-parse-prefix                        | 200 ~ Cache-Control: max-age=3600 ~ Age: 0,7200 | 5 | | hit
          age-parse-prefix-twoline                | 200 ~ Cache-Control: max-age=3600 ~ Age: 0 ~ Age: 7200 | 5 | | hit
          age-parse-dup-0                         | 200 ~ Cache-Control: max-age=3600 ~ Age: 0, 0 | 5 | | hit
          age-parse-dup-old                       | 200 ~ Cache-Control: max-age=3600 ~ Age: 7200, 7200 | 0 | | miss
          # cc-request
          ccreq-ma0                               | 200 ~ Cache-Control: max-age=3600 | 1 | Cache-Control: max-age=0 | miss
          ccreq-ma1                               | 200 ~ Cache-Control: max-age=3600 | 2 | Cache-Control: max-age=1 | miss
          ccreq-magreaterage                      | 200 ~ Cache-Control: max-age=3600 ~ Age: 1800 | 0 | Cache-Control: max-age=600 | miss
          ccreq-max-stale                         | 200 ~ Cache-Control: max-age=2 | 5 | Cache-Control: max-stale=1000 | stale
          ccreq-max-stale-age                     | 200 ~ Cache-Control: max-age=1500 ~ Age: 2000 ~ ETag: "a" | 0 | Cache-Control: max-stale=1000 | stale
          ccreq-min-fresh                         | 200 ~ Cache-Control: max-age=1500 | 0 | Cache-Control: min-fresh=2000 | miss
          ccreq-min-fresh-age                     | 200 ~ Cache-Control: max-age=1500 ~ Age: 1000 | 0 | Cache-Control: min-fresh=1000 | miss
          ccreq-no-cache                          | 200 ~ Cache-Control: max-age=3600 | 0 | Cache-Control: no-cache | miss
          ccreq-no-store                          | 200 ~ Cache-Control: max-age=3600 | 0 | Cache-Control: no-store | bypass
          pragma-request-no-cache                 | 200 ~ Cache-Control: max-age=3600 | 0 | Pragma: no-cache | miss
          pragma-response-no-cache                | 200 ~ Cache-Control: max-age=3600 ~ Pragma: no-cache | 5 | | hit
          # authorization
          other-authorization                     | 200 ~ Cache-Control: max-age=3600 | 0 | + Authorization: FOO | miss
          other-authorization-public              | 200 ~ Cache-Control: max-age=3600, public | 0 | + Authorization: FOO | hit
          other-authorization-must-revalidate     | 200 ~ Cache-Control: max-age=3600, must-revalidate | 0 | + Authorization: FOO | hit
          other-authorization-smaxage             | 200 ~ Cache-Control: s-maxage=3600 | 0 | + Authorization: FOO | hit
          # headers, other
          other-set-cookie                        | 200 ~ Cache-Control: max-age=3600 ~ Set-Cookie: a=b | 0 | | miss
          other-cookie                            | 200 ~ Cache-Control: max-age=3600 | 0 | Cookie: foo=bar | hit
          # vary
          vary-match                              | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo | 0 | + Foo: 1 | hit
          vary-no-match                           | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo | 0 | Foo: 2 | miss
          vary-omit-stored                        | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo | 0 | - Foo: 1 | miss
          vary-star                               | 200 ~ Cache-Control: max-age=3600 ~ Vary: * | 0 | + Foo: 1 | miss
          vary-syntax-star                        | 200 ~ Cache-Control: max-age=3600 ~ Vary: *, * | 0 | + Foo: 1 | miss
          vary-syntax-star-foo                    | 200 ~ Cache-Control: max-age=3600 ~ Vary: *, Foo | 0 | + Foo: 1 | miss
          vary-syntax-foo-star                    | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo, * | 0 | + Foo: 1 | miss
          vary-syntax-empty-star                  | 200 ~ Cache-Control: max-age=3600 ~ Vary: , * | 0 | + Foo: 1 | miss
          vary-syntax-empty-star-lines            | 200 ~ Cache-Control: max-age=3600 ~ Vary: ~ Vary: * | 0 | + Foo: 1 | miss
          vary-2-match                            | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo, Bar | 0 | + Foo: 1 ~ Bar: abc | hit
          vary-2-no-match                         | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo, Bar | 0 | Foo: 2 ~ Bar: abc | miss
          vary-2-lines                            | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo ~ Vary: Bar | 0 | + Foo: 1 ~ Bar: abc | hit
          vary-normalise-space                    | 200 ~ Cache-Control: max-age=3600 ~ Vary: Foo | 0 | Foo: 1,2 / Foo: 1 ,  2 | hit
          # status
          status-203-fresh                        | 203 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-203-stale                        | 203 ~ Cache-Control: max-age=2 | 5 | | miss
          status-204-fresh                        | 204 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-299-fresh                        | 299 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-301-fresh                        | 301 ~ Cache-Control: max-age=3600 ~ Location: /x | 5 | | hit
          status-302-fresh                        | 302 ~ Cache-Control: max-age=3600 ~ Location: /x | 5 | | hit
          status-308-fresh                        | 308 ~ Cache-Control: max-age=3600 ~ Location: /x | 5 | | hit
          status-400-fresh                        | 400 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-404-fresh                        | 404 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-404-stale                        | 404 ~ Cache-Control: max-age=2 | 5 | | miss
          status-410-fresh                        | 410 ~ Cache-Control: max-age=3600 | 5 | | hit
          status-499-fresh                        | 499 ~ Cache-Control: max-age=3600 | 5 | | hit
          # heuristic: without a lifetime of its own an answer has the route's, if its status is one of RFC 9110 15.1
          heuristic-200-cached                    | 200 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | hit
          heuristic-203-cached                    | 203 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | hit
          heuristic-410-cached                    | 410 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | hit
          heuristic-201-not_cached                | 201 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | miss
          heuristic-202-not_cached                | 202 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | miss
          heuristic-403-not_cached                | 403 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | miss
          heuristic-502-not_cached                | 502 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | miss
          heuristic-599-not_cached                | 599 ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | miss
          status-499-public                       | 499 ~ Cache-Control: public ~ Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT | 5 | | hit
          # partial
          partial-store-partial-reuse-partial     | 206 ~ Cache-Control: max-age=3600 ~ Content-Range: bytes 0-7/100 | 0 | | miss
          partial-use-headers                     | 200 ~ Cache-Control: max-age=3600 | 0 | Range: bytes=0-2 | bypass
          """)
  void aCaseOfTheSuite(String id, String answer, int seconds, String request, String expected)
      throws IOException {
    service.says(answer);
    List<String> both = requests(request);
    int before = service.requests().size();
    Answer first = get(id, both.get(0));
    assertThat(first.all("X-Cache")).doesNotContain("hit", "stale");
    clock.advance(Duration.ofSeconds(seconds));
    Answer second = get(id, both.get(1));
    assertThat(second.all("X-Cache")).as(id).containsExactly(expected);
    boolean reused = expected.equals("hit") || expected.equals("stale");
    assertThat(service.requests().size() - before).as(id).isEqualTo(reused ? 1 : 2);
    if (reused) {
      assertThat(second.status()).isEqualTo(first.status());
      assertThat(second.body()).isEqualTo(first.body());
      assertThat(second.all("Age")).hasSize(1);
    }
  }

  /**
   * The fields of the first and the second request: {@code +} both have them, {@code -} only the
   * first, {@code a / b} each its own; otherwise the first has {@code Foo: 1} and the second these.
   */
  private static List<String> requests(String text) {
    String fields = text == null ? "" : text;
    if (fields.startsWith("+ ")) {
      return List.of(fields.substring(2), fields.substring(2));
    }
    if (fields.startsWith("- ")) {
      return List.of(fields.substring(2), "");
    }
    if (fields.contains(" / ")) {
      return List.of(fields.split(" / ", -1));
    }
    return List.of("Foo: 1", fields.isEmpty() ? "Foo: 1" : fields);
  }

  private static Answer get(String id, String fields) throws IOException {
    List<String> namesAndValues = new ArrayList<>();
    for (String field : fields.split(" ~ ", -1)) {
      if (!field.isEmpty()) {
        namesAndValues.add(field.substring(0, field.indexOf(": ")));
        namesAndValues.add(field.substring(field.indexOf(": ") + 2));
      }
    }
    return Shop.serve(
        door, ApiEvent.of("GET", "/r/" + id).with(namesAndValues.toArray(String[]::new)));
  }
}
