package dev.gatehouse.cdk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The built functions, as {@code cdk deploy} uploads them. */
record Archives(Path authorizer, Path proxy) {
  /** Where the archives are, or which are missing. */
  sealed interface Located {
    record Found(Archives archives) implements Located {}

    /**
     * @param messages one per archive, each with the command that builds it
     */
    record Missing(List<String> messages) implements Located {
      public Missing {
        messages = List.copyOf(messages);
      }
    }
  }

  /** Looks below the project's root. */
  static Located in(Path project) {
    Archives archives =
        new Archives(archive(project, "authorizer-fn"), archive(project, "proxy-fn"));
    List<String> missing = new ArrayList<>();
    archives.check(archives.authorizer, "authorizer-fn", missing);
    archives.check(archives.proxy, "proxy-fn", missing);
    return missing.isEmpty() ? new Located.Found(archives) : new Located.Missing(missing);
  }

  private static Path archive(Path project, String module) {
    return project.resolve(module).resolve("target").resolve(module + "-lambda.zip");
  }

  private void check(Path archive, String module, List<String> missing) {
    if (!Files.isRegularFile(archive)) {
      missing.add(
          archive
              + ": no such file (expected: what ./mvnw package -pl "
              + module
              + " -am -DskipTests builds)");
    }
  }
}
