package dev.gatehouse.localstack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Node.js, in which the CDK's library runs. */
final class NodeJs {
  /** The oldest that aws-cdk-lib 2.263 takes. */
  private static final int OLDEST = 20;

  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);

  private NodeJs() {}

  /** What is wrong with the Node.js of a PATH, if anything is. */
  static Optional<String> fault(String searchPath) {
    Optional<Path> node =
        Stream.of(searchPath.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, "node"))
            .filter(Files::isExecutable)
            .findFirst();
    if (node.isEmpty()) {
      return Optional.of(message("no node on the PATH"));
    }
    String version = version(node.get());
    Matcher matcher = VERSION.matcher(version);
    boolean good = matcher.matches() && Integer.parseInt(matcher.group(1)) >= OLDEST;
    return good ? Optional.empty() : Optional.of(message(node.get() + " " + version));
  }

  private static String message(String found) {
    return "Node.js: "
        + found
        + " (expected: Node.js "
        + OLDEST
        + " or newer, in which the CDK synthesizes; https://nodejs.org)";
  }

  private static String version(Path node) {
    try {
      Process process =
          new ProcessBuilder(node.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "does not run: " + e.getMessage();
    }
  }
}
