package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.localstack.LocalRun.Start;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example with two apps, versions and GraphQL: its journey against its gateway. */
final class AipongeIT {
  private static final Project PROJECT = new Project(Path.of(".."));
  private static final Path EXAMPLE = PROJECT.root().resolve("examples/aiponge");

  @Test
  void theDayOfTheExampleRunsTopToBottom() throws Exception {
    for (String module : List.of("authorizer-fn", "proxy-fn", "idempotency-fn", "ratelimit-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    LocalRunOptions options = new LocalRunOptions(PROJECT, EXAMPLE, 0, 2);
    Start start =
        LocalRun.start(options, new Progress(new PrintStream(progress, true, UTF_8)), _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(Start.Ready.class);
    try (LocalRun run = ((Start.Ready) start).run()) {
      assertThat(Shell.run(PROJECT, run.port(), EXAMPLE.resolve("journey.sh").toString()))
          .contains("all answers were as expected");
    }
  }
}
