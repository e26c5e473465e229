package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          "a"               | "a"    | 304
          W/"a"             | "a"    | 304
          "a"               | W/"a"  | 304
          "b", "a"          | "a"    | 304
          "b,", "a,"        | "a,"   | 304
          *                 | "a"    | 304
          "b"               | "a"    | 200
          a                 | "a"    | 200
          "a" "b"           | "a"    | 200
          "aa"              | "a"    | 200
          """)
  void tagsCompareWeakly(String condition, String tag, int status) {
    GatewayResponse answer =
        new GatewayResponse(200, Headers.of("ETag", tag, "Content-Type", "x"), new byte[] {1});
    GatewayResponse told = Conditions.applied(Headers.of("If-None-Match", condition), answer);
    assertThat(told.status()).isEqualTo(status);
    assertThat(told.body()).hasSize(status == 200 ? 1 : 0);
    assertThat(told.headers().has("Content-Type")).isEqualTo(status == 200);
  }

  @Test
  void onlyA200IsNotModified() {
    GatewayResponse answer = GatewayResponse.empty(404, Headers.of("ETag", "\"a\""));
    assertThat(Conditions.applied(Headers.of("If-None-Match", "*"), answer).status())
        .isEqualTo(404);
  }

  @Test
  void aConfirmationReplacesTheFieldsThatItNamesButThoseOfTheBody() {
    Headers kept = Headers.of("A", "1", "A", "2", "B", "1", "Age", "9", "Content-Type", "text/x");
    Headers told = Headers.of("A", "3", "A", "4", "Content-Type", "text/y", "C", "5");
    assertThat(Conditions.updated(kept, told))
        .isEqualTo(Headers.of("B", "1", "Content-Type", "text/x", "A", "3", "A", "4", "C", "5"));
  }
}
