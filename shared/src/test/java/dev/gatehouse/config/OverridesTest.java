package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OverridesTest {
  private static final String SOURCE =
      """
      # Ünïcode 🌮 in front of every value
      name: g   # the name
      identity:
        issuers:
          - {name: main, issuer: "https://i", jwks: https://i/jwks, audiences: [a], algorithms: [RS256]}
      services:
        🌮: &anchored {url: http://shared.internal}
        s: {url: 'http://s.internal', timeout: {request: 2s}}
      trustedHops: 0
      redact: [a, b]
      routes: [{match: GET /a, to: s, allow: public}]
      block: |
        several
        lines
      empty:
      """;

  @Test
  void onlyTheScalarsChange() {
    Map<String, String> overrides =
        Map.of(
            "services.s.url", "http://127.0.0.1:41234",
            "identity.issuers.main.jwks", "http://127.0.0.1:4000/main/jwks.json",
            "services.s.timeout.request", "5s",
            "trustedHops", "2",
            "redact[1]", "c d",
            "routes[0].match", "GET /b");
    assertThat(Overrides.apply(SOURCE, overrides))
        .isEqualTo(
            new Overrides.Applied.Effective(
                SOURCE
                    .replace("'http://s.internal'", "\"http://127.0.0.1:41234\"")
                    .replace("https://i/jwks", "http://127.0.0.1:4000/main/jwks.json")
                    .replace("request: 2s", "request: 5s")
                    .replace("trustedHops: 0", "trustedHops: 2")
                    .replace("[a, b]", "[a, \"c d\"]")
                    .replace("GET /a", "\"GET /b\"")));
  }

  @ParameterizedTest
  @CsvSource({
    "services.x.url, 1, nothing there, the path of a value in the file",
    "services.s.uri, 1, nothing there, the path of a value in the file",
    "identity.issuers.other.jwks, 1, nothing there, the path of a value in the file",
    "redact[2], 1, nothing there, the path of a value in the file",
    "'', 1, nothing there, the path of a value in the file",
    "services.s, 8, a mapping, a value on one line",
    "redact, 10, a list, a value on one line",
    "block, 12, '\"several lines \"', a value on one line",
    "empty, 15, nothing, a value on one line",
    "services.🌮.url, 7, a value with an anchor, a value that stands in one place",
  })
  void anOverrideThatCannotBeIsAFault(String path, int line, String found, String expected) {
    assertThat(Overrides.apply(SOURCE, Map.of(path, "x")))
        .isInstanceOfSatisfying(
            Overrides.Applied.Refused.class,
            refused ->
                assertThat(refused.faults().getFirst())
                    .isEqualTo(new Fault(line, "--set " + path, found, expected)));
  }

  @Test
  void theEffectiveTextIsReadAndGivenBack() {
    String source = Example.with("services: {s: {url: http://s.internal}}");
    Reading reading =
        new GatewayReader().read(source, Map.of("services.s.url", "http://127.0.0.1:1"));
    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Valid.class,
            valid -> {
              assertThat(valid.source())
                  .isEqualTo(source.replace("http://s.internal", "http://127.0.0.1:1"));
              assertThat(valid.gateway().services().get("s"))
                  .extracting(Service::target)
                  .isEqualTo(new Service.Target.Urls(List.of(URI.create("http://127.0.0.1:1"))));
            });
  }

  @Test
  void aWrongValueIsAFaultAtItsPlace() {
    Reading reading = new GatewayReader().read(Example.with(), Map.of("services.s.url", "no"));
    assertThat(Example.faults(reading)).extracting(Fault::path).containsExactly("services.s.url");
  }

  @Test
  void aTextStaysATextAlsoWhenItLooksLikeANumber() {
    assertThat(Overrides.apply("a: x\nb: 1\n", Map.of("a", "12", "b", "13")))
        .isEqualTo(new Overrides.Applied.Effective("a: \"12\"\nb: 13\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\nb",
        "a\u2028b",
        "a\u0085b",
        "\ufeff",
        "\u0007",
        "🌮",
        "\"\\",
        "a: b",
        "#",
        "~"
      })
  void specialValuesAreReadBack(String value) {
    anyValueIsReadBack(value);
  }

  @Property
  void anyValueIsReadBack(@ForAll String value) {
    String expected = value.replaceAll("\\p{Cs}", "");
    switch (Overrides.apply("{k: x, l: y}", Map.of("k", expected))) {
      case Overrides.Applied.Refused(List<Fault> faults) -> assertThat(faults).isEmpty();
      case Overrides.Applied.Effective(String text) ->
          assertThat(Document.parse(text))
              .isInstanceOfSatisfying(
                  Document.Tree.class,
                  tree -> assertThat(tree.root().text("k")).contains(expected));
    }
  }
}
