package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnZoneTest {
  private static final String ZONE = "{\"AvailabilityZoneID\":\"use1-az4\",\"More\":1}";

  private final ManualClock clock = new ManualClock();
  private final HttpUpstream http =
      HttpUpstream.to(List.of(), Names.ofSystem(InstantSource.system()));
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> answer = new AtomicReference<>(answer(200, ZONE));

  @Test
  void itIsAskedOnceInALifeOfTheEnvironment() throws IOException {
    try (RawServer endpoint = endpoint()) {
      OwnZone zone = zone(endpoint);
      assertThat(zone.id()).hasValue("use1-az4");
      clock.advance(Duration.ofHours(20));
      assertThat(zone.id()).hasValue("use1-az4");
      assertThat(asked).hasSize(1);
      assertThat(asked.getFirst())
          .startsWith("GET /2026-01-15/metadata/execution-environment HTTP/1.1\r\n")
          .contains("\r\nAuthorization: Bearer t-1\r\n");
      answer.set(answer(200, "{\"AvailabilityZoneID\":\"use1-az6\"}"));
      zone.beforeCheckpoint();
      assertThat(zone.id()).hasValue("use1-az6");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {\"AvailabilityZoneID\":\"use1-az4\"}",
        "200 | {}",
        "200 | {\"AvailabilityZoneID\":4}",
        "200 | nonsense"
      })
  void whatTellsNoZoneIsAskedAgainAfterAMinute(int status, String body) throws IOException {
    try (RawServer endpoint = endpoint()) {
      OwnZone zone = zone(endpoint);
      answer.set(answer(status, body));
      assertThat(zone.id()).isEmpty();
      assertThat(zone.id()).isEmpty();
      assertThat(asked).hasSize(1);
      answer.set(answer(200, ZONE));
      clock.advance(Duration.ofSeconds(61));
      assertThat(zone.id()).hasValue("use1-az4");
    }
  }

  @Test
  void nothingIsAskedWhereLambdaTellsNoAddress() {
    assertThat(new OwnZone(Map.of(), http, clock).id()).isEmpty();
  }

  private OwnZone zone(RawServer endpoint) {
    return new OwnZone(
        Map.of(
            "AWS_LAMBDA_METADATA_API",
            endpoint.url().substring("http://".length()),
            "AWS_LAMBDA_METADATA_TOKEN",
            "t-1"),
        http,
        clock);
  }

  private RawServer endpoint() throws IOException {
    return new RawServer(
        (request, connection) -> {
          asked.add(request);
          connection.getOutputStream().write(answer.get().getBytes(ISO_8859_1));
        });
  }

  private static String answer(int status, String body) {
    return "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }
}
