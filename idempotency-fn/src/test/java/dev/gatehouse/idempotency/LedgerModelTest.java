package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tlc2.TLC;

/**
 * TLC over docs/model/Ledger.tla, as a process of its own because it ends its JVM: the shipped
 * variants hold, the mutants do not.
 */
final class LedgerModelTest {
  private static final Path MODEL = Path.of("..", "docs", "model", "Ledger.tla");
  private static final List<String> SWITCHES =
      List.of(
          "Takeover", "Dedup", "FencedComplete", "FencedRelease", "ExpiryChecked", "DurableFirst");

  @TempDir private Path folder;

  private record Ended(int status, String output) {}

  @Test
  void withoutTakeoverEverythingHolds() throws Exception {
    assertHolds(check("{w1, w2, w3}", "Takeover=FALSE Dedup=FALSE"));
  }

  @Test
  void withTakeoverFromABackEndThatRecognisesRepeatsEverythingHolds() throws Exception {
    assertHolds(check("{w1, w2, w3}", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "FencedComplete=FALSE, DoneStaysDone",
    "FencedRelease=FALSE, DoneStaysDone|SuccessIsDurable",
    "Dedup=FALSE, AtMostOneEffect",
    "Takeover=FALSE Dedup=FALSE ExpiryChecked=FALSE, NothingFromAnEarlierLife",
    "Takeover=FALSE Dedup=FALSE DurableFirst=FALSE, SuccessIsDurable",
  })
  void aMutantDoesNot(String mutation, String broken) throws Exception {
    Ended ended = check("{w1, w2}", mutation);
    assertThat(ended.status()).as(ended.output()).isIn(12, 13);
    assertThat(ended.output()).containsPattern("(" + broken + ").* (is|was) violated");
  }

  /** 12 is a violated invariant, 13 a violated property (tlc2.output.EC). */
  private static void assertHolds(Ended ended) {
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("No error has been found");
  }

  private Ended check(String attempts, String mutation)
      throws IOException, InterruptedException, URISyntaxException {
    Files.copy(MODEL, folder.resolve("Ledger.tla"));
    Files.writeString(folder.resolve("Ledger.cfg"), configuration(attempts, mutation));
    Path output = folder.resolve("output");
    Path tools = Path.of(TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process tlc =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-cp",
                tools.toString(),
                "tlc2.TLC",
                "-workers",
                "2",
                "-deadlock",
                "-metadir",
                folder.resolve("states").toString(),
                "-config",
                "Ledger.cfg",
                "Ledger.tla")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = tlc.waitFor(120, TimeUnit.SECONDS);
    tlc.destroyForcibly().waitFor();
    assertThat(ended).as("TLC ends within two minutes").isTrue();
    return new Ended(tlc.exitValue(), Files.readString(output, UTF_8));
  }

  private static String configuration(String attempts, String mutation) {
    Map<String, String> switches = new TreeMap<>();
    SWITCHES.forEach(name -> switches.put(name, "TRUE"));
    if (!mutation.isEmpty()) {
      for (String one : mutation.split(" ", -1)) {
        switches.put(one.split("=", 2)[0], one.split("=", 2)[1]);
      }
    }
    StringBuilder text =
        new StringBuilder("SPECIFICATION Spec\nCONSTANTS\n  Lives = 2\n  W = " + attempts + "\n");
    switches.forEach((name, value) -> text.append("  " + name + " = " + value + "\n"));
    return text.append("INVARIANTS AtMostOneEffect SameAnswer SuccessIsDurable")
        .append(" NothingFromAnEarlierLife\n")
        .append("PROPERTIES DoneStaysDone NeverStuck\n")
        .toString();
  }
}
