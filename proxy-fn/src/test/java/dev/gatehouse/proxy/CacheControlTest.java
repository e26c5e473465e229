package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheControlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          max-age=60                     | 60
          MAX-AGE="60"                   | 60
          public, max-age=060 , x        | 60
          x="a, max-age=1", max-age=60   | 60
          x="\\", max-age=1", max-age=60 | 60
          max-age=60, max-age=1          | 60
          max-age=99999999999999999999   | 2147483647
          max-age=-1                     | 0
          max-age                        | 0
          max-age=                       | 0
          max-age =60                    | 0
          max-age= 60                    | 0
          max-age='60'                   | 0
          max-age="60"0                  | 0
          max-age=6.0                    | 0
          """)
  void aTimeIsItsFirstNumberOrNothing(String field, long seconds) {
    assertThat(CacheControl.of(Headers.of("Cache-Control", field)).time("max-age"))
        .contains(Duration.ofSeconds(seconds));
  }

  @Test
  void whatIsNotThereHasNoTime() {
    CacheControl control =
        CacheControl.of(Headers.of("Cache-Control", "x-max-age=1, y=\"max-age=2\", ,, no-store"));
    assertThat(control.time("max-age")).isEqualTo(Optional.empty());
    assertThat(control.has("no-store")).isTrue();
    assertThat(CacheControl.of(Headers.EMPTY).directives()).isEmpty();
  }

  @Test
  void aLongFieldIsRead() {
    String field = "x=\"" + "\\\"".repeat(20_000) + "\", max-age=5";
    assertThat(CacheControl.of(Headers.of("Cache-Control", field)).time("max-age"))
        .contains(Duration.ofSeconds(5));
  }
}
