package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FreshnessTest {
  private static final Instant ASKED = Instant.parse("2026-11-22T00:00:00Z");
  private static final Instant ANSWERED = ASKED.plusSeconds(2);
  private static final Route.Cache SETTING =
      new Route.Cache(
          Duration.ofSeconds(100),
          false,
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          List.of());

  @Test
  void theTimeOfTheCallCounts() {
    assertThat(freshness("Age", "5").initialAge()).isEqualTo(Duration.ofSeconds(7));
    assertThat(freshness().initialAge()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void theGreaterOfDateAndAgeIsTheAge() {
    String date = "Sat, 21 Nov 2026 23:59:00 GMT";
    assertThat(freshness("Date", date).initialAge()).isEqualTo(Duration.ofSeconds(62));
    assertThat(freshness("Date", date, "Age", "70").initialAge()).isEqualTo(Duration.ofSeconds(72));
    assertThat(freshness("Date", "Sun, 22 Nov 2026 01:00:00 GMT").initialAge())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void expiresIsReckonedFromDate() {
    assertThat(
            freshness(
                    "Date", "Sun, 22 Nov 2026 00:00:00 GMT",
                    "Expires", "Sun, 22 Nov 2026 00:00:30 GMT")
                .lifetime())
        .isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-age=50                                                  | 50  | 20   | 10
          max-age=5000                                                | 100 | 20   | 10
          max-age=50, stale-if-error=1, stale-while-revalidate=2      | 50  | 1    | 2
          max-age=50, stale-if-error=9999999                          | 50  | 604800 | 10
          max-age=50, must-revalidate, stale-if-error=5               | 50  | 0    | 0
          s-maxage=50, stale-while-revalidate=5                       | 50  | 0    | 0
          max-age=50, no-cache                                        | 0   | 0    | 0
          public                                                      | 100 | 20   | 10
          """)
  void theAnswersWordGoesBeforeTheRoutesWithinItsBounds(
      String control, long lifetime, long error, long revalidate) {
    Freshness freshness = freshness("Cache-Control", control);
    assertThat(freshness.lifetime()).isEqualTo(Duration.ofSeconds(lifetime));
    assertThat(freshness.staleIfError()).isEqualTo(Duration.ofSeconds(error));
    assertThat(freshness.staleWhileRevalidate()).isEqualTo(Duration.ofSeconds(revalidate));
  }

  @Test
  void anAnswerIsKeptAsLongAsItServes() {
    Freshness freshness = freshness("Cache-Control", "max-age=50");
    assertThat(freshness.retention(Duration.ZERO)).isEqualTo(Duration.ofSeconds(48 + 20));
    assertThat(freshness.retention(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(48 + 60));
    assertThat(freshness("Cache-Control", "max-age=1, must-revalidate").retention(Duration.ZERO))
        .isEqualTo(Duration.ZERO);
  }

  private static Freshness freshness(String... fields) {
    return Freshness.of(Headers.of(fields), SETTING, ASKED, ANSWERED);
  }
}
