package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GatehouseCommandTest {
  private static final String GATEWAY =
      """
      name: shop
      services:
        orders: {url: http://orders.internal:8001}
      routes:
        - {match: GET /orders, to: orders, allow: public}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"local", "token", "check", "keys", "queue", "synth"})
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: gatehouse " + command);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutACommandTheCommandsAreListed() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("local", "token", "check", "keys", "queue", "synth");
  }

  @Test
  void theVersionIsTheBuilds() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("gatehouse \\d+\\.\\d+\\.\\d+.*\\R");
  }

  @Test
  void anUnknownOptionIsExplainedWithExit2() {
    assertThat(run("token", "--sbu", "alice")).isEqualTo(2);
    assertThat(err.toString()).contains("--sub", "see gatehouse token --help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aGoodFileIsChecked() throws Exception {
    assertThat(run("check", file(GATEWAY))).isZero();
    assertThat(run("check", folder.toString())).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void everyFaultIsALineWithFileLinePathFoundAndExpected() throws Exception {
    String file = file(GATEWAY.replace("to: orders", "to: order, cash: 1m"));

    assertThat(run("check", file)).isEqualTo(2);

    assertThat(out.toString().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(
            line ->
                line.matches("\\Q" + file + "\\E:5: routes\\[0]\\.\\w+: .+ \\(expected: .+\\)"));
  }

  @Test
  void aTokenWithoutARunSaysHowToStartOne() throws Exception {
    Files.writeString(
        folder.resolve("gateway.yaml"),
        GATEWAY
            + """
            identity:
              issuers:
                - name: main
                  issuer: https://idp.example
                  jwks: https://idp.example/jwks.json
                  audiences: [api]
                  algorithms: [RS256]
            """);

    assertThat(run("token", "--gateway", folder.toString(), "--sub", "alice")).isEqualTo(1);
    assertThat(err.toString()).contains("no local run of", "./gatehouse local --gateway");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"watch", "open", "pause", "drain", "close", "admit", "set"})
  void everyCommandOfAQueueExplainsItself(String command) {
    assertThat(run("queue", command, "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: gatehouse queue " + command)
        .containsPattern("EVENT +The event whose line it is")
        .contains("--token");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "queue pause | 2 | Missing required parameter: 'EVENT'",
        "queue admit evt-1 many | 2 | 'many' is not an int",
        "queue set evt-1 --token t | 1 | nothing to set (expected: --admit, --capacity or --message)",
        "queue open a/b --token t | 1 | a/b (expected: the name of an event)",
        "queue open evt-1 --url http://127.0.0.1:1 --token t | 1 | nothing listens there",
        "queue watch evt-1 --url http://127.0.0.1:1 --token t | 1 | nothing listens there",
        "queue watch evt-1 --every 0s --token t | 1 | --every: 0s (expected: 1s or more)",
        "queue open evt-1 --url nowhere --token t | 1 | --url: nowhere (expected: http",
      })
  void aQueuesCommandSaysWhatIsWrong(String line, int exit, String said) {
    assertThat(run(line.split(" "))).isEqualTo(exit);
    assertThat(err.toString()).contains(said);
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    CommandLine command = GatehouseCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private String file(String content) throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, content);
    return file.toString();
  }
}
