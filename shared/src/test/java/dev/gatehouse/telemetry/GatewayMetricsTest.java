package dev.gatehouse.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
  private final List<String> lines = new ArrayList<>();
  private final GatewayMetrics metrics = new GatewayMetrics(InstantSource.fixed(NOW), lines::add);

  @Test
  void aLineIsOfTheEmbeddedMetricFormat() throws JsonProcessingException {
    metrics.backendCalled("items", "200", Duration.ofMillis(12));
    JsonNode line = only();
    Set<String> dimensions = dimensions(line);
    assertThat(dimensions).containsExactly("service", "status");
    assertThat(line.at("/_aws/Timestamp").isIntegralNumber()).isTrue();
    assertThat(line.at("/_aws/Timestamp").longValue()).isEqualTo(NOW.toEpochMilli());
    assertThat(line.at("/_aws/CloudWatchMetrics")).hasSize(1);
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Namespace").textValue()).isEqualTo("Gatehouse");
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions")).hasSize(1);
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Metrics"))
        .isEqualTo(
            JSON.readTree("[{\"Name\":\"backend_call_duration_seconds\",\"Unit\":\"Seconds\"}]"));
    assertThat(line.path("service").textValue()).isEqualTo("items");
    assertThat(line.path("status").textValue()).isEqualTo("200");
    assertThat(line.path("backend_call_duration_seconds").doubleValue()).isEqualTo(0.012);
  }

  @Test
  void metricsOfOneRequestShareALine() throws JsonProcessingException {
    metrics.requestCompleted("GET", "/items/*", 404, Duration.ofNanos(1_500_000));
    JsonNode line = only();
    assertThat(dimensions(line)).containsExactly("method", "route", "status");
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Metrics"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"Name":"http_server_requests_total","Unit":"Count"},
                 {"Name":"http_server_requests_duration_seconds","Unit":"Seconds"}]
                """));
    assertThat(line.path("http_server_requests_total").doubleValue()).isEqualTo(1);
    assertThat(line.path("http_server_requests_duration_seconds").doubleValue()).isEqualTo(0.0015);
    assertThat(line.path("status").textValue()).isEqualTo("404");
  }

  @Test
  void aMetricMayHaveNoDimension() throws JsonProcessingException {
    metrics.primed(Duration.ofSeconds(2));
    assertThat(only().at("/_aws/CloudWatchMetrics/0/Dimensions")).isEqualTo(JSON.readTree("[[]]"));
  }

  @Test
  void aValueThatCloudWatchWouldRefuseIsWrittenSoThatItDoesNot() throws JsonProcessingException {
    metrics.rateLimited("per user");
    metrics.rateLimited("größe\n\"{\u2028");
    metrics.rateLimited(" ");
    metrics.rateLimited("x".repeat(2_000));
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      assertThat(line).doesNotContain("\n");
      values.add(JSON.readTree(line).path("limit").textValue());
    }
    assertThat(values).containsExactly("per user", "gr??e?\"{?", "-", "x".repeat(1024));
  }

  @Test
  void nothingIsToldOfNone() {
    metrics.probed("items", "up", 0);
    metrics.queueMoved("sale", "board", 0);
    assertThat(lines).isEmpty();
  }

  private JsonNode only() throws JsonProcessingException {
    assertThat(lines).hasSize(1);
    return JSON.readTree(lines.getFirst());
  }

  private static Set<String> dimensions(JsonNode line) {
    Set<String> names = new TreeSet<>();
    line.at("/_aws/CloudWatchMetrics/0/Dimensions/0").forEach(name -> names.add(name.textValue()));
    return names;
  }
}
