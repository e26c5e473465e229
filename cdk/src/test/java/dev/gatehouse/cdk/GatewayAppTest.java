package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayAppTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void wrongArgumentsGetTheUsage() {
    assertThat(run(Map.of(), "--gate", "x")).isEqualTo(2);
    assertThat(told()).startsWith("--gate (expected: ").contains("usage: GatewayApp");
  }

  @Test
  void helpIsNoFault() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(told()).startsWith("usage: GatewayApp");
  }

  @Test
  void everyFaultOfAGatewayIsToldWithItsLine(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("gateway.yaml"), "name: x\nruotes: []\nlimits: 3\n");

    assertThat(run(Map.of(), "--gateway", folder.toString())).isEqualTo(2);
    assertThat(told().lines())
        .anyMatch(line -> line.matches("\\Q" + file + "\\E:2: ruotes: .* \\(expected: .*\\)"))
        .anyMatch(line -> line.matches("\\Q" + file + "\\E:3: limits: .* \\(expected: .*\\)"));
  }

  @Test
  void aWrongOverrideIsAFault() {
    String gateway = Assembly.folder().toString();

    assertThat(run(Map.of(), "--gateway", gateway, "--set", "services.nobody.url=http://a:1"))
        .isEqualTo(2);
    assertThat(told()).contains("services.nobody.url");
  }

  @Test
  void aMissingArchiveIsToldWithTheCommandThatBuildsIt(@TempDir Path project) {
    String gateway = Assembly.folder().toString();

    assertThat(run(Map.of(), "--gateway", gateway, "--project", project.toString())).isEqualTo(1);
    assertThat(told().lines())
        .anyMatch(
            line ->
                line.contains("proxy-fn-lambda.zip: no such file")
                    && line.contains("./mvnw package -pl proxy-fn -am"))
        .anyMatch(line -> line.contains("authorizer-fn-lambda.zip: no such file"));
  }

  @Test
  void moreRoutesThanAnApiHoldsAreAFaultWithTheQuota(@TempDir Path folder) throws IOException {
    StringBuilder yaml = new StringBuilder("name: x\nservices: {a: {url: http://a:1}}\nroutes:\n");
    for (int i = 0; i < 300; i++) {
      yaml.append("  - {match: GET /r").append(i).append(", to: a, allow: public}\n");
    }
    Files.writeString(folder.resolve("gateway.yaml"), yaml);

    assertThat(run(Map.of(), "--gateway", folder.toString())).isEqualTo(2);
    assertThat(told())
        .contains(
            ":4: routes: 312 API Gateway resources (expected: at most 300, the quota"
                + " \"Resources per API\")");
  }

  @Test
  void theStacksGoWhereTheCommandLineOfTheCdkWantsThem(@TempDir Path folder) throws IOException {
    for (String module :
        List.of("authorizer-fn", "proxy-fn", "idempotency-fn", "ratelimit-fn", "queue-fn")) {
      Path archive = folder.resolve(module + "/target/" + module + "-lambda.zip");
      Files.createDirectories(archive.getParent());
      Files.write(
          archive,
          new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    }
    Path out = folder.resolve("out");
    String gateway = Assembly.folder().toString();

    assertThat(
            run(
                Map.of("CDK_OUTDIR", out.toString()),
                "--gateway",
                gateway,
                "--project",
                folder.toString()))
        .isZero();
    assertThat(told()).isEmpty();
    assertThat(out).isDirectoryContaining("glob:**/manifest.json");
    assertThat(out).isDirectoryContaining("glob:**/tacos-gateway.template.json");
  }

  private int run(Map<String, String> environment, String... line) {
    PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
    return new GatewayApp(environment, err).run(List.of(line));
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }
}
