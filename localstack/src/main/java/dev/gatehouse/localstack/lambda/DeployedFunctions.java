package dev.gatehouse.localstack.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.localstack.assembly.CloudAssembly;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The {@code AWS::Lambda::Function}s of an assembly that have a Java runtime. */
public final class DeployedFunctions {
  /** Lambda's defaults where a template says nothing. */
  private static final int MEMORY_MEGABYTES = 128;

  private static final int TIMEOUT_SECONDS = 3;

  private final CloudAssembly assembly;
  private final Resolved resolved;

  public DeployedFunctions(CloudAssembly assembly, Resolved resolved) {
    this.assembly = assembly;
    this.resolved = resolved;
  }

  public List<FunctionDefinition> definitions() {
    return resolved.ofType("AWS::Lambda::Function").stream()
        .filter(function -> function.text("Runtime", "").startsWith("java"))
        .map(this::definition)
        .toList();
  }

  private FunctionDefinition definition(Resource function) {
    JsonNode properties = function.properties();
    JsonNode reserved = properties.path("ReservedConcurrentExecutions");
    return new FunctionDefinition(
        resolved.ref(function),
        isPublished(function) ? "1" : "$LATEST",
        asset(function, properties.path("Code")),
        layers(function),
        function.text("Handler"),
        properties.path("MemorySize").asInt(MEMORY_MEGABYTES),
        Duration.ofSeconds(properties.path("Timeout").asInt(TIMEOUT_SECONDS)),
        variables(properties.path("Environment").path("Variables")),
        properties.path("SnapStart").path("ApplyOn").asText().equals("PublishedVersions")
            ? SnapStart.PUBLISHED_VERSIONS
            : SnapStart.NONE,
        reserved.isInt() ? OptionalInt.of(reserved.intValue()) : OptionalInt.empty());
  }

  private boolean isPublished(Resource function) {
    String name = resolved.ref(function);
    return resolved.ofType("AWS::Lambda::Version").stream()
        .map(version -> version.text("FunctionName"))
        .anyMatch(named -> named.equals(name) || named.endsWith(":function:" + name));
  }

  private List<Path> layers(Resource function) {
    List<Path> layers = new ArrayList<>();
    for (JsonNode arn : function.properties().path("Layers")) {
      layers.add(
          resolved.ofType("AWS::Lambda::LayerVersion").stream()
              .filter(layer -> resolved.ref(layer).equals(arn.asText()))
              .map(layer -> asset(layer, layer.properties().path("Content")))
              .findFirst()
              .orElseThrow(
                  () -> function.wrong("Layers", arn.asText(), "a layer of this assembly")));
    }
    return layers;
  }

  private Path asset(Resource resource, JsonNode location) {
    String key = location.path("S3Key").asText();
    return assembly
        .asset(key)
        .orElseThrow(() -> resource.wrong("S3Key", key, "an asset of this assembly"));
  }

  private static Map<String, String> variables(JsonNode variables) {
    Map<String, String> map = new LinkedHashMap<>();
    variables.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }
}
