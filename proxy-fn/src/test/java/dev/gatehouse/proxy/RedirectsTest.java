package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Rewrite;
import dev.gatehouse.http.Headers;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedirectsTest {
  private static final List<URI> BASES =
      List.of(URI.create("http://s.internal:80/v1/"), URI.create("https://t.internal/v1"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://s.internal/v1/orders/7 | /orders/7
          http://S.INTERNAL:80/v1/a%2Fb?q=%26#x | /a%2Fb?q=%26#x
          https://t.internal:443/v1 | /
          //t.internal/v1/a | /a
          /v1/orders | /orders
          /v1 | /
          http://s.internal:8080/v1/a | http://s.internal:8080/v1/a
          https://s.internal/v1/a | https://s.internal/v1/a
          http://s.internal/v2/a | http://s.internal/v2/a
          http://s.internal/v1x | http://s.internal/v1x
          http://u@s.internal/v1/a | http://u@s.internal/v1/a
          http://s.internal/v1//evil.example/ | http://s.internal/v1//evil.example/
          /v1//evil.example | /v1//evil.example
          /login | /login
          orders/7 | orders/7
          ?page=2 | ?page=2
          https://elsewhere.example/v1/a | https://elsewhere.example/v1/a
          mailto:a@b | mailto:a@b
          http://s.internal/v1/ a | http://s.internal/v1/ a
          """)
  void onlyTheServicesOwnAddressesBecomeTheGateways(String location, String told) {
    Headers fields = Headers.of("location", location, "Link", "<http://s.internal/v1/a>");
    assertThat(Redirects.rewritten(fields, BASES, Rewrite.NONE))
        .isEqualTo(Headers.of("location", told, "Link", "<http://s.internal/v1/a>"));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/in/orders/7?a=1, /api/orders/7?a=1",
    "http://s.internal/v1/in, /api",
    "/v1/other, /v1/other",
    "/v1/inside, /v1/inside",
  })
  void aRewriteIsUndone(String location, String told) {
    assertThat(
            Redirects.rewritten(
                Headers.of("Location", location), BASES, new Rewrite("/api", "/in")))
        .isEqualTo(Headers.of("Location", told));
  }
}
