package dev.gatehouse.telemetry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Metrics that are told together, by the same dimensions: what CloudWatch's embedded metric format
 * calls a metric directive, of which each line has one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class MetricDirective {
  private static final String NAMESPACE = "Gatehouse";

  /**
   * The longest value of a dimension
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html).
   */
  private static final int LONGEST_VALUE = 1024;

  private final List<String> dimensions;
  private final List<Metric> metrics;

  /** As it stands in every line. */
  private final String written;

  private MetricDirective(List<String> dimensions, List<Metric> metrics) {
    this.dimensions = dimensions;
    this.metrics = metrics;
    this.written = Json.text(this::writeDirective);
  }

  static MetricDirective of(List<String> dimensions, Metric... metrics) {
    return new MetricDirective(List.copyOf(dimensions), List.of(metrics));
  }

  /** One of its metrics. */
  record Metric(String name, Unit unit) {}

  /** What a metric is counted in, by CloudWatch's name. */
  enum Unit {
    COUNT("Count"),
    SECONDS("Seconds"),
    NONE("None");

    private final String word;

    Unit(String word) {
      this.word = word;
    }
  }

  /**
   * A line, without its end.
   *
   * @param values of the dimensions, in their order
   * @param numbers of the metrics, in theirs
   */
  String line(Instant time, List<String> values, double... numbers) {
    return Json.text(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("_aws");
          json.writeNumberField("Timestamp", time.toEpochMilli());
          json.writeFieldName("CloudWatchMetrics");
          json.writeRawValue(written);
          json.writeEndObject();
          for (int i = 0; i < dimensions.size(); i++) {
            json.writeStringField(dimensions.get(i), accepted(values.get(i)));
          }
          for (int i = 0; i < metrics.size(); i++) {
            json.writeNumberField(metrics.get(i).name(), numbers[i]);
          }
          json.writeEndObject();
        });
  }

  private void writeDirective(JsonGenerator json) throws IOException {
    json.writeStartArray();
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    for (String dimension : dimensions) {
      json.writeString(dimension);
    }
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (Metric metric : metrics) {
      json.writeStartObject();
      json.writeStringField("Name", metric.name());
      json.writeStringField("Unit", metric.unit().word);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  /** A value that CloudWatch takes: of printable ASCII, not blank; it drops the line of another. */
  private static String accepted(String value) {
    String text = value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value;
    if (text.isBlank()) {
      return "-";
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return text.replaceAll("[^ -~]", "?");
      }
    }
    return text;
  }
}
