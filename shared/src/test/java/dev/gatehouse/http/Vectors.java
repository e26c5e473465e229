package dev.gatehouse.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Public test vectors in {@code shared/vectors} beside the project, where they are present. */
public final class Vectors {
  private Vectors() {}

  /** A file of theirs. */
  public static Optional<Path> file(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/vectors").resolve(name);
      if (Files.isRegularFile(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Says that a test had nothing to work with: it counts as skipped. */
  public static void skipped() {
    Assumptions.abort("skipped: vectors not present");
  }
}
