package dev.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClientAddressTest {
  @Test
  void withoutTrustedHopsThePeerIsTheClient() {
    assertThat(ClientAddress.of(forwarded("203.0.113.9, 192.0.2.1"), 0)).isEqualTo("192.0.2.1");
  }

  @Test
  void aTrustedHopNamesTheClientThatItSaw() {
    assertThat(ClientAddress.of(forwarded("6.6.6.6, 203.0.113.9, 192.0.2.1"), 1))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void aChainShorterThanConfiguredFallsBackToThePeer() {
    assertThat(ClientAddress.of(forwarded("192.0.2.1"), 1)).isEqualTo("192.0.2.1");
    assertThat(ClientAddress.of(forwarded(" , 192.0.2.1"), 1)).isEqualTo("192.0.2.1");
  }

  private static GatewayRequest forwarded(String chain) {
    return new GatewayRequest(
        "GET",
        "/",
        Query.EMPTY,
        Headers.of("X-Forwarded-For", chain),
        new byte[0],
        Map.of(),
        "192.0.2.1",
        "id",
        "api");
  }
}
