package dev.gatehouse.localstack.machine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one folder that holds everything a run writes: {@code <tmp>/gatehouse-<user>/run-<pid>-…},
 * readable by its user only.
 *
 * <p>A run that is ready leaves a note in its folder, so that another command finds the newest run
 * of a gateway. A folder whose process is gone is stale, and the next run deletes it.
 */
public final class RunFolder {
  private static final String NOTE = "ready";

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * A run that answers.
   *
   * @param gateway the real path of its gateway's folder
   */
  public record Ready(Path gateway, int port, Instant since) {}

  /** A fresh folder, after the stale ones are gone. */
  public static RunFolder create() throws IOException {
    Path home = home();
    for (Path run : runs(home)) {
      if (!isAlive(run)) {
        delete(run);
      }
    }
    String prefix = "run-" + ProcessHandle.current().pid() + "-";
    return new RunFolder(Files.createTempDirectory(home, prefix));
  }

  /** The newest run of a gateway that answers. */
  public static Optional<Ready> newest(Path gateway) throws IOException {
    Path real = gateway.toRealPath();
    return runs(home()).stream()
        .filter(RunFolder::isAlive)
        .flatMap(run -> note(run).stream())
        .filter(ready -> ready.gateway().equals(real))
        .max(Comparator.comparing(Ready::since));
  }

  public Path path() {
    return path;
  }

  /** A sub-folder, made when it is not there. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(path.resolve(name));
  }

  /** Leaves the note that this run answers. */
  public void announce(Path gateway, int port, Instant now) throws IOException {
    Path draft = path.resolve(NOTE + ".draft");
    Files.write(draft, List.of(now.toString(), "" + port, gateway.toRealPath().toString()));
    Files.move(draft, path.resolve(NOTE));
  }

  private static Optional<Ready> note(Path run) {
    try {
      List<String> lines = Files.readAllLines(run.resolve(NOTE));
      return Optional.of(
          new Ready(
              Path.of(lines.get(2)), Integer.parseInt(lines.get(1)), Instant.parse(lines.get(0))));
    } catch (IOException e) {
      return Optional.empty(); // not ready yet, or just gone
    }
  }

  private static Path home() throws IOException {
    Path home =
        Path.of(
            System.getProperty("java.io.tmpdir"), "gatehouse-" + System.getProperty("user.name"));
    if (!Files.isDirectory(home)) {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    String owner = Files.getOwner(home).getName();
    if (!owner.equals(System.getProperty("user.name"))) {
      throw new IOException(
          home + ": owned by " + owner + " (expected: a folder of this user, or none)");
    }
    return home.toRealPath();
  }

  private static List<Path> runs(Path home) throws IOException {
    try (Stream<Path> children = Files.list(home)) {
      return children.filter(child -> child.getFileName().toString().startsWith("run-")).toList();
    }
  }

  /** A process id may be given again: a process that began after the folder is another one. */
  private static boolean isAlive(Path run) {
    try {
      long pid = Long.parseLong(run.getFileName().toString().split("-", -1)[1]);
      Instant made =
          Files.readAttributes(run, BasicFileAttributes.class).creationTime().toInstant();
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .flatMap(process -> process.info().startInstant())
          .filter(start -> start.isBefore(made.plusSeconds(1)))
          .isPresent();
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  /** Two runs that begin at once may delete the same folder: what the other took is gone. */
  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException fault) throws IOException {
            if (fault instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw fault;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
