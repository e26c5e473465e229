package dev.gatehouse.localstack.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final List<RunFolder> folders = new ArrayList<>();
  @TempDir private Path gateway = Path.of("");

  @AfterEach
  void delete() throws IOException {
    for (RunFolder folder : folders) {
      Files.deleteIfExists(folder.path().resolve("ready"));
      Files.deleteIfExists(folder.path());
    }
  }

  @Test
  void theNewestReadyRunOfAGatewayIsFound() throws Exception {
    assertThat(RunFolder.newest(gateway)).isEmpty();
    RunFolder first = create();
    RunFolder second = create();
    create();
    second.announce(gateway, 8001, NOW.plusSeconds(1));
    first.announce(gateway, 8000, NOW);

    assertThat(RunFolder.newest(gateway).orElseThrow().port()).isEqualTo(8001);
    assertThat(RunFolder.newest(gateway.resolve("..").resolve(gateway.getFileName()))).isPresent();
    assertThat(RunFolder.newest(gateway.resolve(".."))).isEmpty();
  }

  @Test
  void aFolderIsForItsUserOnly() throws Exception {
    RunFolder folder = create();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderWhoseProcessIsGoneIsDeletedByTheNextRunAndNoOther() throws Exception {
    RunFolder living = create();
    // Above every pid_max (4,194,304 on 64-bit Linux): never a process.
    Path stale = living.path().resolveSibling("run-99999999-1");
    Files.createDirectories(stale.resolve("logs/deep"));
    Files.writeString(stale.resolve("logs/deep/a.log"), "a line");

    create();

    assertThat(stale).doesNotExist();
    assertThat(living.path()).exists();
  }

  @Test
  void runsThatBeginAtOnceDeleteTheSameFolderTogether() throws Exception {
    Path home = create().path().resolveSibling("run-99999998-1");
    for (int i = 0; i < 300; i++) {
      Files.createDirectories(home.resolve("logs/" + i));
    }
    try (ExecutorService starts = Executors.newFixedThreadPool(4)) {
      Callable<RunFolder> start = RunFolder::create;
      for (Future<RunFolder> started : starts.invokeAll(Collections.nCopies(4, start))) {
        folders.add(started.get());
      }
    }
    assertThat(home).doesNotExist();
  }

  private RunFolder create() throws IOException {
    RunFolder folder = RunFolder.create();
    folders.add(folder);
    return folder;
  }
}
