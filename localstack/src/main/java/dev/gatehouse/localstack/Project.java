package dev.gatehouse.localstack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built project: where each module has left what a run needs.
 *
 * @param root the folder of the parent POM
 */
public record Project(Path root) {
  public Project {
    root = root.toAbsolutePath().normalize();
  }

  /** A folder as a person names it: below the working directory or below the project. */
  public Path folder(Path named) {
    Path here = named.toAbsolutePath().normalize();
    return Files.exists(here) ? here : root.resolve(named).normalize();
  }

  /** The jars of AWS's Runtime Interface Client. */
  Path runtimeClient() {
    return root.resolve("localstack/target/ric");
  }

  String cdkClassPath() throws IOException {
    return classPath(root.resolve("cdk/target"));
  }

  String dynamoClassPath() throws IOException {
    return classPath(root.resolve("localstack/dynamodb/target"));
  }

  /** A module's classes and what {@code dependency:build-classpath} wrote beside them. */
  private static String classPath(Path target) throws IOException {
    Path file = target.resolve("classpath");
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such file (expected: what ./mvnw package writes)");
    }
    return target.resolve("classes") + File.pathSeparator + Files.readString(file).strip();
  }
}
