package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes of one match, in the order in which they are tried. */
final class VariantsTest {
  @Test
  void theMoreSpecificOneIsTriedFirstAndEqualOnesInTheOrderOfTheFile() {
    List<Variants> variants =
        Variants.of(
            routes(
                "",
                "when: {query: {a: '1'}}",
                "when: {query: {a: '1', b: '1'}}",
                "when: {headers: {A: '1'}}",
                "when: {headers: {A: '1'}, query: {a: '1'}}",
                "when: {version: '2', headers: {A: '1'}}",
                "when: {headers: {B: '1'}}",
                "when: {host: '*.example.com'}",
                "when: {host: '*.api.example.com'}",
                "when: {host: a.b}",
                "when: {host: a.b, query: {z: '*'}}"));
    assertThat(variants).hasSize(1);
    assertThat(variants.getFirst().routes())
        .extracting(route -> route.when().toString())
        .containsExactly(
            "host=a.b query:z=*",
            "host=a.b",
            "host=*.api.example.com",
            "host=*.example.com",
            "header:a=1 version=2",
            "header:a=1 query:a=1",
            "header:a=1",
            "header:b=1",
            "query:a=1 query:b=1",
            "query:a=1",
            "");
  }

  @Test
  void everySettingIsRead() {
    When when =
        routes(
                "when: {host: '*.a.example', headers: {X-Env: canary, B: '*'}, query: {q: '*'},"
                    + " version: {name: '2026-06-01', default: true}}")
            .getFirst()
            .when();
    assertThat(when.toString())
        .isEqualTo("host=*.a.example header:b=* header:x-env=canary query:q=* version=2026-06-01");
    assertThat(when.version()).contains(new When.Version("2026-06-01", true));
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com, api.example.com, true",
    "api.example.com, xapi.example.com, false",
    "api.example.com, example.com, false",
    "*.example.com, a.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, .example.com, false",
    "*.example.com, badexample.com, false",
    "*.example.com, a.example.com.evil.com, false"
  })
  void aWildcardIsEveryNameBelow(String pattern, String host, boolean meant) {
    assertThat(When.Host.of(pattern).isMeantBy(host)).isEqualTo(meant);
  }

  @Test
  void aRouteToSeveralServicesHasNoOneService() {
    Gateway gateway =
        Example.gateway(
            Example.with(
                "services: {s: {url: http://s}, t: {url: http://t}}",
                "routes: [{match: GET /a, to: {s: 95, t: 0}, allow: public, rewrite: {strip: /a,"
                    + " prefix: /}}, {match: GET /b, allow: public, redirect: {to: /c}}]"));
    Route split = gateway.routes().getFirst();
    assertThat(split.to())
        .isEqualTo(
            new Destination.Services(
                List.of(new Destination.Share("s", 95), new Destination.Share("t", 0)),
                new Rewrite("/a", "")));
    assertThat(split.to().names()).containsExactly("s");
    assertThat(split.to(Destination.service("t")).service()).isEqualTo("t");
    assertThatThrownBy(split::service).isInstanceOf(IllegalStateException.class);
    Route redirect = gateway.routes().getLast();
    assertThat(redirect.to()).isEqualTo(new Destination.Redirect(302, "/c", false, "", false));
    assertThat(redirect.to().names()).isEmpty();
  }

  private static List<Route> routes(String... whens) {
    StringBuilder routes = new StringBuilder("routes: [");
    for (String when : whens) {
      routes.append("{match: GET /a, to: s, allow: public, ").append(when).append("}, ");
    }
    return Example.gateway(Example.with(routes.append("]").toString())).routes();
  }
}
