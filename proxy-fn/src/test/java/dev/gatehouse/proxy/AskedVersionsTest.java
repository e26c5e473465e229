package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Headers;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AskedVersionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | -
          */* | -
          application/json | -
          application/vnd.shop+json | -
          application/vnd.shop.v2+json | 2
          application/vnd.shop.V2+JSON | 2
          application/vnd.shop.v2.1+json | 2.1
          application/vnd.shop.v2026-06-01+json | 2026-06-01
          application/vnd.a.b.v3 | 3
          application/vnd.shop.vip+json | -
          application/shop.v2+json | -
          application/json; version=2 | 2
          application/json;version="2" | 2
          application/json; Version=v2 | 2
          application/json; version= | -
          application/json; version=x | -
          application/json; charset="a,b;version=9" | -
          application/vnd.s.v1+json;q=0.5, application/vnd.s.v2+json | 2 1
          application/vnd.s.v1+json, */*;q=0.1 | 1 -
          */*, application/vnd.s.v1+json;q=0.1 | - 1
          application/vnd.s.v1+json;q=0 | ''
          application/vnd.s.v1+json;q=0, */* | -
          application/vnd.s.v1+json;q=nonsense | 1
          ,,; ;, | -
          """)
  void mediaRangesNameVersions(String accept, String versions) {
    assertThat(asked(Headers.of("Accept", accept))).isEqualTo(versions);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "v2, 2", "V2, 2", "2026-06-01, 2026-06-01", "' 2 ', 2"})
  void aFieldNamesAVersion(String field, String version) {
    assertThat(asked(Headers.of("accept-VERSION", field))).isEqualTo(version);
    assertThat(asked(Headers.of("Accept-Version", field, "Accept", "*/*"))).isEqualTo(version);
    assertThat(
            asked(
                Headers.of(
                    "Accept-Version", field, "Accept", "application/json;version=" + version)))
        .isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "~1", "1,2", "1 2", "vv1", "1;2", "*", "2\u0000", "１"})
  void whatIsNoVersionIsInvalid(String field) {
    assertInvalid(Headers.of("Accept-Version", field));
  }

  @Test
  void twoAnswersAreNoAnswer() {
    assertInvalid(Headers.of("Accept-Version", "1", "Accept-Version", "1"));
    assertInvalid(Headers.of("Accept-Version", "1", "Accept", "application/json;version=2"));
  }

  @Test
  void aLongFieldIsReadInNoTime() {
    String long10k = "application/vnd." + ".v".repeat(5_000);
    assertThat(asked(Headers.of("Accept", long10k))).isEqualTo("-");
  }

  private static void assertInvalid(Headers headers) {
    assertThatThrownBy(() -> AskedVersions.of(headers))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  private static String asked(Headers headers) {
    return AskedVersions.of(headers).stream()
        .map(version -> version.orElse("-"))
        .collect(Collectors.joining(" "));
  }
}
