package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * CloudFormation's own rules and schemas over the templates, offline ({@code
 * @aws/cloudformation-validate}, its version pinned in validate/). Needs npm and, the first time,
 * its registry; without them it is skipped, except where {@code CI} is set.
 */
class TemplateValidationIT {
  private static final Path FOLDER = Path.of("target", "validate");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "validate.mjs");

  /**
   * @param output both streams
   */
  private record Ended(int code, String output) {}

  @BeforeAll
  static void theValidatorIsThere() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    for (String file : FILES) {
      Files.copy(
          Path.of("validate", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.isDirectory(FOLDER.resolve("node_modules/@aws/cloudformation-validate"))) {
      return;
    }
    Ended installed = run(List.of("npm", "ci", "--no-audit", "--no-fund"));
    if (installed.code() != 0) {
      assertThat(System.getenv("CI")).as(installed.output()).isNull();
      System.err.println("TemplateValidationIT skipped: npm ci failed: " + installed.output());
      abort("npm ci failed");
    }
  }

  @Test
  void cloudFormationWouldTakeTheTemplatesAndNoWrongOne() throws IOException, InterruptedException {
    Path out = Assembly.tacos().out();
    List<String> command = new ArrayList<>(List.of("node", "validate.mjs"));
    for (String stack : List.of("network", "data", "gateway")) {
      command.add(out.resolve("tacos-" + stack + ".template.json").toAbsolutePath().toString());
    }
    String right = Files.readString(out.resolve("tacos-gateway.template.json"));
    Path wrong = FOLDER.toAbsolutePath().resolve("wrong.template.json");
    Files.writeString(wrong, right.replace("\"MemorySize\": 1769", "\"MemorySize\": \"much\""));
    command.add(wrong.toString());

    Ended validated = run(command);

    assertThat(validated.output()).contains("4 templates, ");
    assertThat(errors(validated))
        .isNotEmpty()
        .allMatch(line -> line.contains(" wrong.template.json ") && line.contains("MemorySize"));
    assertThat(validated.code()).isEqualTo(1);
  }

  private static List<String> errors(Ended validated) {
    return validated
        .output()
        .lines()
        .filter(line -> line.startsWith("ERROR ") || line.startsWith("FATAL "))
        .toList();
  }

  private static Ended run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(FOLDER, "output", ".txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    }
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return new Ended(
        ended ? process.exitValue() : -1, Files.readString(output, StandardCharsets.UTF_8));
  }
}
