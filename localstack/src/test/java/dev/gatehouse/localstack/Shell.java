package dev.gatehouse.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Scripts against a running gateway, as its users run them. */
final class Shell {
  private Shell() {}

  /** What a bash of these arguments prints in the project's folder; it has to end with 0. */
  static String run(Project project, int port, String... arguments) throws Exception {
    // ./gatehouse token builds what is not built; here everything is.
    Files.writeString(project.root().resolve("localstack/target/gatehouse.built"), "");
    Path output = Files.createTempFile("shell", ".txt");
    ProcessBuilder bash = new ProcessBuilder("bash").directory(project.root().toFile());
    bash.command().addAll(List.of(arguments));
    bash.environment().put("GATEWAY_URL", "http://127.0.0.1:" + port);
    Process process = bash.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      String printed = Files.readString(output);
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
