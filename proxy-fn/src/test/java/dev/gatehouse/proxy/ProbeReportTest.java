package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.proxy.ProbeReport.State;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProbeReportTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00.250Z");

  @Test
  void aReportIsATimeAndALineForEachInstance() {
    assertThat(parsed(AT + "\nup http://a:80 10.0.0.1\ndown http://a:80 -"))
        .contains(
            new ProbeReport(
                AT, Map.of("http://a:80 10.0.0.1", State.UP, "http://a:80 -", State.DOWN)));
    assertThat(parsed(AT.toString())).contains(new ProbeReport(AT, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "yesterday", "\nup http://a:80 -", "2026-11-22T00:00:00Z\nsick http://a:80 -"})
  void whatIsNoneSaysNothing(String value) {
    assertThat(parsed(value)).isEmpty();
  }

  @Test
  void halfALineIsNoReport() {
    assertThat(parsed(AT + "\ndown")).isEmpty();
    assertThat(parsed(AT + "\n")).isEmpty();
  }

  private static Optional<ProbeReport> parsed(String value) {
    return ProbeReport.parse(value.getBytes(UTF_8));
  }
}
