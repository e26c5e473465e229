package dev.gatehouse.localstack.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Real processes, killed as runs are killed. */
class WardenIT {
  @Test
  void closingEndsEveryChildAndTakesTheFolderAway() throws Exception {
    RunFolder folder = RunFolder.create();
    Warden warden = Warden.over(folder.path());
    Files.writeString(folder.folder("logs").resolve("a.log"), "a line");
    Process ended = warden.start(new ProcessBuilder("true"));
    Process running = warden.start(new ProcessBuilder("sleep", "600"));
    Process stubborn =
        warden.start(new ProcessBuilder("sh", "-c", "trap '' TERM INT HUP; while :; do :; done"));
    assertThat(ended.waitFor()).isZero();

    warden.close();

    assertThat(running.onExit().join().isAlive()).isFalse();
    assertThat(stubborn.onExit().join().isAlive()).isFalse();
    assertThat(folder.path()).doesNotExist();
    assertThatThrownBy(() -> warden.start(new ProcessBuilder("true")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the run is ending");
  }

  @Test
  void aRunThatIsKilledHardLeavesNothing() throws Exception {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> words = List.of(run.inputReader().readLine().split(" ", -1));
    Path folder = Path.of(words.get(0));
    ProcessHandle child = ProcessHandle.of(Long.parseLong(words.get(1))).orElseThrow();
    ProcessHandle grandchild = ProcessHandle.of(Long.parseLong(words.get(2))).orElseThrow();
    assertThat(folder.resolve("logs/a.log")).exists();

    run.destroyForcibly().waitFor();

    await(() -> !child.isAlive() && !grandchild.isAlive() && !Files.exists(folder));
    assertThat(child.isAlive()).isFalse();
    assertThat(grandchild.isAlive()).isFalse();
    assertThat(folder).doesNotExist();
  }

  /** At most the 5 s that a run promises. */
  private static void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }
}
