package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.localstack.Readme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so; its first minute runs in {@code TrafficTacosIT}. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void itsTestCommandIsWhatCiRuns() throws Exception {
    assertThat(Readme.blocks("").getFirst()).contains("./mvnw verify");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).containsPattern("\\./mvnw .*verify");
    assertThat(Files.readString(ROOT.resolve(".github/workflows/ci.yml"))).contains("bash .ci/run");
  }

  @Test
  void theFilesThatItNamesAreThere() {
    Stream<String> links =
        Pattern.compile("\\]\\((?!https?:)([^)]+)\\)")
            .matcher(Readme.text())
            .results()
            .map(m -> m.group(1));
    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
  }

  @Test
  void itsGatewayIsValid(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, Readme.block("yaml", "name: shop"));
    assertThat(new GatewayReader().read(file, Map.of())).isInstanceOf(Reading.Valid.class);
  }

  @Test
  void itsCommandsAreKnownWithTheirOptions() {
    Stream<String> commands =
        Pattern.compile("\\./gatehouse ([a-z][^#)`\n]*)")
            .matcher(Readme.text())
            .results()
            .map(m -> m.group(1));
    assertThat(commands.map(String::strip).distinct())
        .isNotEmpty()
        .allSatisfy(line -> GatehouseCommand.commandLine().parseArgs(words(line)));
  }

  private static String[] words(String line) {
    return Pattern.compile("\"([^\"]*)\"|\\S+")
        .matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group() : word.group(1))
        .toArray(String[]::new);
  }
}
