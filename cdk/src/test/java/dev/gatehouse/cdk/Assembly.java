package dev.gatehouse.cdk;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What the test gateway is synthesized to. Each assembly is made once for all tests, because a
 * synthesis takes seconds.
 */
record Assembly(Path out, JsonNode network, JsonNode data, JsonNode gateway, JsonNode manifest) {
  static final Path TARGET = Path.of("target", "assemblies");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Assembly> MADE = new ConcurrentHashMap<>();

  /** The test gateway as it is. */
  static Assembly tacos() {
    return made("tacos", Map.of());
  }

  /** The test gateway without a service whose instances are probed. */
  static Assembly unprobed() {
    try {
      Path folder = Files.createDirectories(TARGET.resolve("unprobed"));
      String text = Files.readString(yaml()).replace(", health: {path: /healthz}", "");
      Files.writeString(folder.resolve("gateway.yaml"), text);
      return made("tacos-unprobed", folder, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An assembly of the test gateway with other settings. */
  static Assembly made(String name, Map<String, String> overrides) {
    return made(name, folder(), overrides);
  }

  private static Assembly made(String name, Path folder, Map<String, String> overrides) {
    return MADE.computeIfAbsent(
        name,
        made -> {
          Path out = TARGET.resolve(made);
          clear(out);
          stacks(out, folder, overrides).app().synth();
          return new Assembly(
              out,
              json(out, "tacos-network.template.json"),
              json(out, "tacos-data.template.json"),
              json(out, "tacos-gateway.template.json"),
              json(out, "manifest.json"));
        });
  }

  /** The stacks of the test gateway, not yet synthesized. */
  static Stacks stacks(Path out, Map<String, String> overrides) {
    return stacks(out, folder(), overrides);
  }

  private static Stacks stacks(Path out, Path folder, Map<String, String> overrides) {
    try {
      Reading.Valid valid = read(folder, overrides);
      Path inputs = Files.createDirectories(out.resolveSibling(out.getFileName() + "-inputs"));
      ConfigurationJar.of(valid.gateway(), valid.source(), folder).write(inputs.resolve("layer"));
      Path archive = inputs.resolve("function.zip");
      ConfigurationJar placeholder =
          new ConfigurationJar(new TreeMap<>(Map.of("placeholder", new byte[0])));
      placeholder.write(inputs.resolve("function"));
      Files.deleteIfExists(archive);
      Files.copy(inputs.resolve("function").resolve(ConfigurationJar.PATH), archive);
      return Stacks.of(
          new Blueprint(
              valid.gateway(),
              ResourceTree.of(valid.gateway()),
              archives(valid.gateway(), archive),
              inputs.resolve("layer"),
              "test"),
          out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The test gateway. */
  static Gateway config() {
    return read(folder(), Map.of()).gateway();
  }

  /** The test gateway's folder. */
  static Path folder() {
    return Path.of("src", "test", "resources", "tacos");
  }

  /** The test gateway's file. */
  static Path yaml() {
    return folder().resolve("gateway.yaml");
  }

  /** Resources of a type by their logical ids. */
  static Map<String, JsonNode> resources(JsonNode template, String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    template
        .get("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().get("Type").textValue().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
              }
            });
    return found;
  }

  /** All types of a template. */
  static Set<String> types(JsonNode template) {
    Set<String> types = new TreeSet<>();
    template.get("Resources").forEach(resource -> types.add(resource.get("Type").textValue()));
    return types;
  }

  /** Where a {@code Ref} anywhere inside a value points. */
  static Optional<String> ref(JsonNode value) {
    return value.findValues("Ref").stream()
        .map(JsonNode::textValue)
        .filter(name -> !name.startsWith("AWS::"))
        .findFirst();
  }

  /** What an earlier synthesis left. */
  private static void clear(Path folder) {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Reading.Valid read(Path folder, Map<String, String> overrides) {
    return switch (new GatewayReader().read(folder.resolve("gateway.yaml"), overrides)) {
      case Reading.Valid valid -> valid;
      case Reading.Invalid(var faults) -> throw new IllegalStateException(faults.toString());
    };
  }

  private static JsonNode json(Path folder, String file) {
    try {
      return JSON.readTree(folder.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Archives archives(Gateway gateway, Path archive) {
    return new Archives(
        GatewayStack.modules(gateway).stream().collect(toMap(module -> module, _ -> archive)));
  }
}
