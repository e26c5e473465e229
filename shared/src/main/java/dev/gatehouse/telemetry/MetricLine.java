package dev.gatehouse.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Metrics of the same dimensions as one line of CloudWatch's embedded metric format.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class MetricLine {
  private static final String NAMESPACE = "Gatehouse";
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The longest value of a dimension
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html).
   */
  private static final int LONGEST_VALUE = 1024;

  private MetricLine() {}

  /** One value of a metric. */
  record Metric(String name, double value, Unit unit) {}

  /** What a value is counted in, by CloudWatch's name. */
  enum Unit {
    COUNT("Count"),
    SECONDS("Seconds"),
    NONE("None");

    private final String word;

    Unit(String word) {
      this.word = word;
    }
  }

  /** The line, without its end. */
  static String of(Instant time, Map<String, String> dimensions, List<Metric> metrics) {
    StringWriter line = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", time.toEpochMilli());
      json.writeArrayFieldStart("CloudWatchMetrics");
      writeDirective(json, dimensions, metrics);
      json.writeEndArray();
      json.writeEndObject();
      for (Map.Entry<String, String> dimension : dimensions.entrySet()) {
        json.writeStringField(dimension.getKey(), accepted(dimension.getValue()));
      }
      for (Metric metric : metrics) {
        json.writeNumberField(metric.name(), metric.value());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  private static void writeDirective(
      JsonGenerator json, Map<String, String> dimensions, List<Metric> metrics) throws IOException {
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    for (String dimension : dimensions.keySet()) {
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
