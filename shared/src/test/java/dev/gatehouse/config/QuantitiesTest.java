package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"0s, 0", "250ms, 250", "2s, 2000", "5m, 300000", "24h, 86400000", "7d, 604800000"})
  void durationsHaveAUnit(String text, long millis) {
    assertThat(Quantities.duration(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "5 s",
        "05s",
        "-5s",
        "+5s",
        "1.5s",
        "5S",
        "5sec",
        "1h30m",
        "٣s",
        "9999999999s"
      })
  void nothingElseIsADuration(String text) {
    assertThat(Quantities.duration(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "50/s, 50, 1",
    "60/1m, 60, 60",
    "60/m, 60, 60",
    "1000/1h, 1000, 3600",
    "5/10s, 5, 10"
  })
  void ratesAreANumberPerUnit(String text, long count, long seconds) {
    assertThat(Quantities.rate(text)).contains(new Queue.Rate(count, Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "50", "/s", "50/", "0/s", "50/0s", "50/100ms", "50/ms", "50/s/s", "50 /s"})
  void nothingElseIsARate(String text) {
    assertThat(Quantities.rate(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0%, 0", "20%, 20", "100%, 100"})
  void percentagesAreWhole(String text, int percent) {
    assertThat(Quantities.percent(text)).contains(percent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "%", "101%", "-1%", "2.5%", "020%", "20 %"})
  void nothingElseIsAPercentage(String text) {
    assertThat(Quantities.percent(text)).isEmpty();
  }

  @Property
  void durationsAreSpelledAsTheyAreRead(
      @ForAll @LongRange(min = 0, max = 999_999_999) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Quantities.duration(Quantities.spell(duration))).contains(duration);
  }
}
