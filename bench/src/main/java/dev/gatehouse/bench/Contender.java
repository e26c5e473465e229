package dev.gatehouse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A function to measure, not started yet.
 *
 * @param archive the zip file that would be deployed, or its folder
 * @param layers folders laid out as under /opt
 * @param gateway the file of its gateway, in a layer of its own; empty for none
 * @param variables of its own, besides the borrowed ones
 */
record Contender(
    String name,
    Path archive,
    List<Path> layers,
    String handler,
    int megabytes,
    String gateway,
    Map<String, String> variables) {

  Contender {
    layers = List.copyOf(layers);
    variables = Map.copyOf(variables);
  }

  /** One of ours, from its module's archive. */
  static Contender ours(String module, String handler, int megabytes, String gateway) {
    Path archive = Path.of(module, "target", module + "-lambda.zip").toAbsolutePath();
    return new Contender(module, archive, List.of(), handler, megabytes, gateway, Map.of());
  }

  /** Whatever takes events of API Gateway, with the memory of the proxy. */
  static Contender other(String name, Path archive, String handler, Map<String, String> variables) {
    return new Contender(name, archive, List.of(), handler, 1769, "", variables);
  }

  boolean isBuilt() {
    return Files.exists(archive);
  }

  /** The archive in MB. */
  String size() throws IOException {
    return Files.isDirectory(archive)
        ? "-"
        : String.format(Locale.ROOT, "%.1f", Files.size(archive) / 1e6);
  }
}
