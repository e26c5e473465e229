package dev.gatehouse.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The log reads its environment once, so each case is a JVM of its own. */
final class RequestLogTest {
  @Test
  void aLineTellsTheFunction() throws Exception {
    JsonNode line =
        written(
            Map.of(
                "POWERTOOLS_SERVICE_NAME", "proxy",
                "AWS_LAMBDA_FUNCTION_NAME", "shop-ProxyFunction",
                "AWS_LAMBDA_FUNCTION_VERSION", "7"));
    assertThat(line.path("msg").asText()).isEqualTo("done");
    assertThat(line.path("fact").asText()).isEqualTo("told");
    assertThat(line.path("service").asText()).isEqualTo("proxy");
    assertThat(line.path("function").asText()).isEqualTo("shop-ProxyFunction");
    assertThat(line.path("function_version").asText()).isEqualTo("7");
  }

  @Test
  void aLineOfNoFunctionIsALineAsWell() throws Exception {
    JsonNode line = written(Map.of());
    assertThat(line.path("fact").asText()).isEqualTo("told");
    assertThat(line.path("service").asText()).isEqualTo("unknown");
    assertThat(line.path("function").asText()).isEqualTo("unknown");
    assertThat(line.path("function_version").asText()).isEqualTo("unknown");
  }

  /** What is written, which is one line, while nothing else is told. */
  private static JsonNode written(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Line.class.getName());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String written = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(written).isZero();
    assertThat(written.lines()).hasSize(1);
    return new ObjectMapper().readTree(written);
  }

  /** Writes a line. */
  static final class Line {
    private Line() {}

    public static void main(String... args) {
      RequestLog.ofNoInvocation().put("fact", "told").write("done");
    }
  }
}
