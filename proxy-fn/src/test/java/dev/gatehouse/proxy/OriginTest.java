package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OriginTest {
  @ParameterizedTest
  @CsvSource({
    "http://shop, false, shop, 80, shop",
    "https://shop/v1, true, shop, 443, shop",
    "HTTPS://shop:443, true, shop, 443, shop:443",
    "http://shop:8080/, false, shop, 8080, shop:8080",
    "https://[2001:db8::1], true, 2001:db8::1, 443, [2001:db8::1]",
    "http://[2001:db8::1]:81/a, false, 2001:db8::1, 81, [2001:db8::1]:81"
  })
  void itIsReadFromAUrl(URI url, boolean secure, String host, int port, String authority) {
    assertThat(Origin.of(url, Optional.empty()))
        .isEqualTo(new Origin(secure, host, port, authority, Optional.empty()));
  }
}
