package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PendingSettingsTest {
  @Test
  void whatIsInForceIsNotPending() {
    assertThat(
            pending(
                Example.with(
                    "limits: {l: {by: [user, ip, route, tier, apiKey, 'header:A', 'claim:a'], window: 5/1m, shadow: true, when: {tier: gold}}}",
                    "routes: [{match: POST /a, to: s, allow: public, limits: [l], idempotency: {mode: required, upstream: deduplicates}}]")))
        .isEmpty();
  }

  @Test
  void cachesAreInForce() {
    assertThat(pending(Example.with("routes: [{match: GET /a, to: s, allow: public, cache: 60s}]")))
        .isEmpty();
  }

  @Test
  void whatHelpsAgainstFailingServicesIsInForce() {
    assertThat(
            pending(
                Example.with(
                    "services: {s: {url: 'https://s', breaker: {failures: 5}, retry: {attempts: 2}, balance: least-requests}}")))
        .isEmpty();
  }

  @Test
  void versionsAreInForce() {
    assertThat(
            pending(
                Example.with(
                    "routes: [{match: GET /a, to: s, allow: public, version: {sunset: 2027-01-01}}]")))
        .isEmpty();
  }

  @Test
  void queuesAndTheirGatesAreInForce() {
    assertThat(
            pending(
                Example.with(
                    "queues: {q: {admit: 5/s, capacity: 5}}",
                    "routes: [{match: POST /a, to: s, allow: public, queue: q, releases: q}]")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          services: {s: {grpc: 's:1', descriptors: d}} | services.s.grpc
          services: {s: {url: https://s, tls: {certificate: c, trust: t}}} | services.s.tls
          routes: [{match: POST /a, to: s, allow: public, graphql: {}}] | routes[0].graphql
          routes: [{match: POST /a, to: s, allow: {signature: stripe, secret: x}}] | routes[0].allow.signature
          """)
  void whatWouldLeaveTheGatewayOpenOrWrongIsRefused(String section, String path) {
    String source = Example.with(section);
    assertThat(Example.faults(source)).isEmpty();
    assertThat(Example.faults(new GatewayReader().read(source, Map.of())))
        .extracting(fault -> fault.path() + ": " + fault.expected())
        .containsExactly(path + ": not yet available in this version");
  }

  private static List<Fault> pending(String source) {
    return switch (new GatewayReader().read(source, Map.of())) {
      case Reading.Valid valid -> valid.pending();
      case Reading.Invalid(List<Fault> faults) -> throw new AssertionError(faults.toString());
    };
  }
}
