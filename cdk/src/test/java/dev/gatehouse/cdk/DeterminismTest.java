package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a second synthesis changes: what gateway.yaml says, and nothing else. */
class DeterminismTest {
  @Test
  void theSameGatewayGivesTheSameBytes() throws IOException {
    Path one = Assembly.tacos().out();
    Path two = Assembly.made("tacos-again", Map.of()).out();

    assertThat(files(two)).isEqualTo(files(one)).hasSizeGreaterThan(8);
    for (String file : files(one)) {
      assertThat(two.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  @Test
  void anotherSettingPublishesNewVersionsAndLeavesTheDataAlone() {
    Assembly before = Assembly.tacos();
    Assembly after = Assembly.made("tacos-changed", Map.of("limits.user.burst", "200"));

    assertThat(versions(after)).hasSize(7).doesNotContainAnyElementsOf(versions(before));
    assertThat(aliases(after)).isEqualTo(aliases(before));
    assertThat(after.data()).isEqualTo(before.data());
    assertThat(after.network()).isEqualTo(before.network());
  }

  private static Set<String> versions(Assembly assembly) {
    return Assembly.resources(assembly.gateway(), "AWS::Lambda::Version").keySet();
  }

  private static Set<String> aliases(Assembly assembly) {
    Map<String, JsonNode> aliases = Assembly.resources(assembly.gateway(), "AWS::Lambda::Alias");
    return aliases.keySet();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
