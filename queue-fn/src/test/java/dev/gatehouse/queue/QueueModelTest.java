package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tlc2.TLC;

/**
 * TLC over docs/model/Queue.tla, as a process of its own because it ends its JVM: what is shipped
 * holds, the mutants do not.
 */
final class QueueModelTest {
  private static final Path MODEL = Path.of("..", "docs", "model", "Queue.tla");
  private static final List<String> SWITCHES =
      List.of("Recorded", "EndChecked", "TicketChecked", "BeginChecked");
  private static final String PROMISES = "OncePerTicket OneSessionAtATime NoStore";

  /** A violated invariant (tlc2.output.EC). */
  private static final int VIOLATED = 12;

  @TempDir private Path folder;

  private record Ended(int status, String output) {}

  @Test
  void nobodyEntersTwiceWhateverRedisLoses() throws Exception {
    Ended ended = check("", PROMISES);
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("No error has been found");
    ended
        .output()
        .lines()
        .filter(line -> line.contains("distinct states found"))
        .forEach(line -> Printed.figure("Q6", "model: " + line));
  }

  @ParameterizedTest
  @CsvSource({
    "Recorded, OncePerTicket|OneSessionAtATime|NoStore",
    "EndChecked, OneSessionAtATime",
    "BeginChecked, NoStore",
    "TicketChecked BeginChecked, OncePerTicket|NoStore",
  })
  void withoutOneOfItsChecksSomebodyDoes(String off, String broken) throws Exception {
    assertViolated(check(off, PROMISES), broken);
  }

  @ParameterizedTest
  @CsvSource({"NobodyEnters", "NobodyEntersTwice"})
  void theModelIsNotEmpty(String invariant) throws Exception {
    assertViolated(check("", invariant), invariant);
  }

  private static void assertViolated(Ended ended, String invariant) {
    assertThat(ended.status()).as(ended.output()).isEqualTo(VIOLATED);
    assertThat(ended.output()).containsPattern("(" + invariant + ") is violated");
  }

  private Ended check(String off, String invariants) throws Exception {
    Files.copy(MODEL, folder.resolve("Queue.tla"));
    Files.writeString(folder.resolve("Queue.cfg"), configuration(off, invariants));
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
                "Queue.cfg",
                "Queue.tla")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = tlc.waitFor(180, TimeUnit.SECONDS);
    tlc.destroyForcibly().waitFor();
    assertThat(ended).as("TLC ends within three minutes").isTrue();
    return new Ended(tlc.exitValue(), Files.readString(output, UTF_8));
  }

  private static String configuration(String off, String invariants) {
    StringBuilder text =
        new StringBuilder("SPECIFICATION Spec\nCONSTANTS\n  Devices = {d1, d2}\n  Tickets = 3\n")
            .append("  Losses = 2\n");
    SWITCHES.forEach(
        name -> text.append("  " + name + " = " + (off.contains(name) ? "FALSE" : "TRUE") + "\n"));
    return text.append("INVARIANTS ").append(invariants).append('\n').toString();
  }
}
