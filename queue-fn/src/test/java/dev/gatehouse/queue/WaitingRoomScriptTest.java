package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The waiting room's script and texts; the script runs in Node.js against a document of its own.
 */
class WaitingRoomScriptTest {
  private static final Path HERE = Path.of("dev", "gatehouse", "queue");
  private static final Path MAIN = Path.of("src", "main", "resources").resolve(HERE);
  private static final Path TEST = Path.of("src", "test", "resources").resolve(HERE);

  @Test
  void theScriptDoesWhatAVisitorNeeds() throws Exception {
    Process node;
    try {
      node =
          new ProcessBuilder(
                  "node",
                  TEST.resolve("waiting-room.test.mjs").toString(),
                  MAIN.resolve("waiting-room.js").toString(),
                  MAIN.resolve("waiting-room.en.json").toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Printed.figure("skipped", "the waiting room's script: no node here (expected: Node.js 20)");
      abort("no node");
      return;
    }
    String output = new String(node.getInputStream().readAllBytes(), UTF_8);
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).as(output).isZero();
    assertThat(output).contains("26 tests, 0 failed");
  }

  @Test
  void everyLanguageHasEveryText() {
    Language english = Language.ALL.getFirst();
    assertThat(Language.ALL)
        .allSatisfy(
            language -> assertThat(language.texts().keySet()).isEqualTo(english.texts().keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ko-KR,ko;q=0.9,en;q=0.5 | ko",
        "ko | ko",
        "en-US | en",
        "de-DE, ko;q=0.1 | ko",
        "de | en",
        "* | en",
        "'' | en",
        ";;;=,q | en"
      })
  void theBestLanguageIsChosen(String field, String tag) {
    assertThat(Language.accepted(Optional.of(field)).tag()).isEqualTo(tag);
  }
}
