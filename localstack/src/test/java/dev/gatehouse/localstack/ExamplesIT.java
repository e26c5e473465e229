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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples' journeys against their gateways; {@link TrafficTacosIT} has its own. */
final class ExamplesIT {
  private static final Project PROJECT = new Project(Path.of(".."));

  @ParameterizedTest
  @ValueSource(strings = {"fincloud", "aiponge"})
  void theJourneyRunsTopToBottom(String name) throws Exception {
    Path example = PROJECT.root().resolve("examples").resolve(name);
    for (String module : List.of("authorizer-fn", "proxy-fn", "idempotency-fn", "ratelimit-fn")) {
      Path archive = PROJECT.root().resolve(module + "/target/" + module + "-lambda.zip");
      assumeTrue(Files.exists(archive), archive + ": not built (expected: ./mvnw package first)");
    }
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    LocalRunOptions options = new LocalRunOptions(PROJECT, example, 0, 2);
    Start start =
        LocalRun.start(options, new Progress(new PrintStream(progress, true, UTF_8)), _ -> {});
    assertThat(start).as(progress.toString(UTF_8)).isInstanceOf(Start.Ready.class);
    try (LocalRun run = ((Start.Ready) start).run()) {
      assertThat(Shell.run(PROJECT, run.port(), example.resolve("journey.sh").toString()))
          .contains("all answers were as expected");
    }
  }
}
