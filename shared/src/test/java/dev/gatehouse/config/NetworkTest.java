package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/20, 10.1.0.0, true",
    "10.1.0.0/20, 10.1.15.255, true",
    "10.1.0.0/20, 10.1.16.0, false",
    "10.1.0.0/20, 10.0.255.255, false",
    "10.1.0.0/20, ::ffff, false",
    "192.0.2.7/32, 192.0.2.7, true",
    "192.0.2.7/32, 192.0.2.6, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "200.0.0.0/5, 207.255.255.255, true",
    "200.0.0.0/5, 208.0.0.0, false",
    "2001:db8:1::/48, 2001:db8:1:ffff::1, true",
    "2001:db8:1::/48, 2001:db8:2::1, false",
    "2001:db8::8/127, 2001:db8::9, true",
    "2001:db8::8/127, 2001:db8::a, false"
  })
  void anAddressIsInItOrNot(String network, String address, boolean inside) {
    assertThat(Network.parse(network).orElseThrow().contains(InetAddress.ofLiteral(address)))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.1/8",
        "10.1.0.0/-1",
        "10.1.0.0/+8",
        "10.1.0.0/8/8",
        "example.com/8",
        "10.0/8",
        "2001:db8::1/64",
        "10.0.0.0/1e1"
      })
  void whatIsNoBlockIsNone(String text) {
    assertThat(Network.parse(text)).isEmpty();
  }
}
