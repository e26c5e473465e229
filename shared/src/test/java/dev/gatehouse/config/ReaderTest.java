package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReaderTest {
  @Test
  void allFaultsAreReportedTogetherInTheOrderOfTheirLines() {
    String source =
        """
        name: g
        nmae: h
        limits:
          user: {by: user, rate: 50, burst: 100}
          user: {by: user, rate: 50/s}
          both: {by: user, rate: 50/s, window: 60/1m}
        services:
          s:
            url: ftp://s.internal
            timeout:
              request: 5
        routes:
          - match: GET /a
            to: t
            allow: public
            limits: [usr]
          - match: GET /a
            to: s
        """;
    assertThat(Example.faults(source))
        .extracting(Fault::toString)
        .containsExactly(
            "2: nmae: unknown key \"nmae\" (expected: one of name, identity, cors, limits, queues,"
                + " services, routes, errors, operations, trustedHops, redact; did you mean name?)",
            "4: limits.user.rate: \"50\" (expected: a number per unit, such as 50/s)",
            "5: limits.user: key \"user\" a second time (expected: each key once; line 4 has it)",
            "6: limits.both: rate and window (expected: one of rate, window)",
            "9: services.s.url: \"ftp://s.internal\" (expected: an http or https URL with a host and"
                + " no query, such as http://reservation.internal:8001)",
            "11: services.s.timeout.request: \"5\" (expected: a duration from 1ms to 27s with its"
                + " unit (ms, s, m, h, d), such as 2s)",
            "14: routes[0].to: \"t\" (expected: the name of a service; defined are s)",
            "16: routes[0].limits[0]: \"usr\" (expected: the name of a limit; defined are user,"
                + " both; did you mean user?)",
            "17: routes[1].allow: nothing (expected: one of public, optional, jwt, apiKey,"
                + " jwt-or-apiKey; or a mapping with scopes, anyScope, roles, anyRole, by,"
                + " signature, secret)",
            "17: routes[1].match: \"GET /a\" (expected: a match that no other route has;"
                + " routes[0].match on line 13 has it)");
  }

  @Test
  void brokenYamlIsOneFaultOnItsLine() {
    assertThat(Example.faults("name: g\nservices:\n\ts: {}\n"))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.line()).isEqualTo(3);
              assertThat(fault.found()).startsWith("broken YAML: ").contains("\\t(TAB)");
            });
    assertThat(Example.faults("name: g\nroutes: [{match: GET /a\nservices: {}\n"))
        .singleElement()
        .satisfies(fault -> assertThat(fault.line()).isBetween(2, 3));
    assertThat(Example.faults("name: g\n\u0007: x\n"))
        .containsExactly(new Fault(2, Fault.FILE, "character U+0007", "printable characters"));
  }

  @Test
  void aFaultAtTheEndIsOnTheLastLine() {
    assertThat(Example.faults("name: g\nroutes: [\n"))
        .singleElement()
        .satisfies(fault -> assertThat(fault.line()).isEqualTo(2));
  }

  @Test
  void anEmptyFileAndSeveralDocumentsAreFaults() {
    assertThat(Example.faults(""))
        .containsExactly(
            new Fault(1, Fault.FILE, "an empty file", "a gateway with name and routes"));
    assertThat(Example.faults("name: g\n---\nname: h\n"))
        .singleElement()
        .satisfies(fault -> assertThat(fault.line()).isEqualTo(2));
    assertThat(Example.faults("- name: g\n")).extracting(Fault::found).containsExactly("a list");
  }

  @Test
  void textsThatWouldTakeLongAreRefused() {
    assertThat(Example.faults("name: " + "x".repeat(Document.LARGEST)))
        .extracting(Fault::expected)
        .containsExactly("a file of at most 524288 characters");
    assertThat(Example.faults("name: " + "[".repeat(200_000)))
        .extracting(Fault::found)
        .containsExactly("broken YAML: nested more than 32 deep");
    String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [" + "*b, ".repeat(60) + "*b]\n";
    assertThat(Example.faults(bomb))
        .extracting(Fault::found)
        .containsExactly(
            "broken YAML: Number of aliases for non-scalar nodes exceeds the specified max=50");
  }

  @Test
  void anchorsAndAliasesWork() {
    Gateway gateway =
        Example.gateway(
            """
            name: g
            services:
              a: {url: http://a.internal, timeout: &slow {request: 20s}}
              b: {url: http://b.internal, timeout: *slow}
            routes:
              - {match: GET /a, to: a, allow: public}
            """);
    assertThat(gateway.services().values())
        .extracting(service -> service.timeout().request().toSeconds())
        .containsExactly(20L, 20L);
  }

  @Test
  void mappingsThatContainThemselvesAreFaults() {
    assertThat(Example.faults("name: g\nservices: &s {s: *s}\nroutes: &r [*r]\n")).isNotEmpty();
  }

  @Test
  void aFileIsRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), Example.with());
    GatewayReader reader = new GatewayReader();
    assertThat(Example.gateway(reader.read(file)).name()).isEqualTo("g");
    assertThat(Example.gateway(reader.read(file, Map.of("name", "h"))).name()).isEqualTo("h");
  }

  @Test
  void aFileThatCannotBeReadIsAFault(@TempDir Path folder) throws IOException {
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
    GatewayReader reader = new GatewayReader();
    assertThat(List.of(folder, folder.resolve("none.yaml"), latin))
        .extracting(file -> Example.faults(reader.read(file)).getFirst().found())
        .containsExactly("a folder", "no readable file", "bytes that are not UTF-8");
  }

  @Test
  void theClassPathHasTheGatewayOfAFunction() {
    assertThat(ClassPathGateway.read("/dev/gatehouse/config/minimal.yaml").name())
        .isEqualTo("minimal");
    assertThat(catchThrowable(Gateway::fromClassPath))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/gateway.yaml");
    assertThat(
            catchThrowable(() -> ClassPathGateway.read("/dev/gatehouse/config/architecture.yaml")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("45: routes[0].to: \"auth\"")
        .hasMessageContaining("40: services.payment.grpc");
  }
}
