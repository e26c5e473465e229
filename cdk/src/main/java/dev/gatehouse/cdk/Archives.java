package dev.gatehouse.cdk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.TreeMap;

/** The built functions, as {@code cdk deploy} uploads them, by their modules. */
record Archives(Map<String, Path> modules) {
  Archives {
    modules = Map.copyOf(modules);
  }

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
  static Located in(Path project, SequencedSet<String> modules) {
    Map<String, Path> archives = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (String module : modules) {
      Path archive = project.resolve(module).resolve("target").resolve(module + "-lambda.zip");
      archives.put(module, archive);
      if (!Files.isRegularFile(archive)) {
        missing.add(
            archive
                + ": no such file (expected: what ./mvnw package -pl "
                + module
                + " -am -DskipTests builds)");
      }
    }
    return missing.isEmpty()
        ? new Located.Found(new Archives(archives))
        : new Located.Missing(missing);
  }

  /** A module's archive. */
  Path of(String module) {
    return Objects.requireNonNull(modules.get(module), module);
  }
}
