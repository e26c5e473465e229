package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that {@code cdk synth} wrote. Source: the cloud assembly schema of aws-cdk ({@code
 * aws-cdk-lib/cloud-assembly-schema}): artifacts of the types {@code aws:cloudformation:stack} and
 * {@code cdk:asset-manifest}; other artifacts (tree, feature flags) deploy nothing.
 */
public final class CloudAssembly {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String STACK = "aws:cloudformation:stack";
  private static final String ASSETS = "cdk:asset-manifest";

  private final List<Template> templates;
  private final Map<String, Path> assets;

  private CloudAssembly(List<Template> templates, Map<String, Path> assets) {
    this.templates = List.copyOf(templates);
    this.assets = Map.copyOf(assets);
  }

  /**
   * Reads manifest, templates and asset lists.
   *
   * @throws AssemblyException if the folder is no cloud assembly
   */
  public static CloudAssembly read(Path folder) {
    var artifacts = json(folder.resolve("manifest.json")).path("artifacts");
    if (!artifacts.isObject()) {
      throw new AssemblyException(
          folder.resolve("manifest.json").toString(), "no artifacts", "an object of artifacts");
    }
    var assets = new LinkedHashMap<String, Path>();
    artifacts
        .valueStream()
        .filter(artifact -> artifact.path("type").asText().equals(ASSETS))
        .forEach(artifact -> assets.putAll(assets(folder, artifact)));
    var templates =
        deploymentOrder(artifacts).stream()
            .map(id -> template(folder, id, artifacts.get(id)))
            .toList();
    return new CloudAssembly(templates, assets);
  }

  /** Names of the stacks, each after those that it depends on. */
  public List<String> stacks() {
    return templates.stream().map(Template::stack).toList();
  }

  /**
   * The file or folder behind the code of a function or layer.
   *
   * @param s3Key the {@code S3Key} of the template, or the hash of the asset
   */
  public Optional<Path> asset(String s3Key) {
    return Optional.ofNullable(assets.get(s3Key));
  }

  /**
   * All resources of all stacks.
   *
   * @throws AssemblyException for what CloudFormation would refuse
   */
  public Resolved resolve(Settings settings) {
    var exports = new Exports();
    var scopes = new LinkedHashMap<String, StackScope>();
    for (var template : templates) {
      var scope = new StackScope(template, settings, exports::value);
      scopes.put(template.stack(), scope);
      exports.add(template.stack(), scope);
    }
    var resources = new ArrayList<Resource>();
    var outputs = new LinkedHashMap<String, Map<String, JsonNode>>();
    scopes.forEach(
        (stack, scope) -> {
          resources.addAll(scope.resources());
          outputs.put(stack, scope.outputs());
        });
    return new Resolved(
        resources,
        outputs,
        (resource, attribute) -> scope(scopes, resource).id(resource, attribute),
        resource -> scope(scopes, resource).place());
  }

  private static StackScope scope(Map<String, StackScope> scopes, Resource resource) {
    var scope = scopes.get(resource.stack());
    if (scope == null) {
      throw new AssemblyException(
          resource.where(), "another assembly's resource", "one of " + scopes.keySet());
    }
    return scope;
  }

  private static List<String> deploymentOrder(JsonNode artifacts) {
    var ordered = new LinkedHashSet<String>();
    artifacts
        .propertyStream()
        .filter(e -> e.getValue().path("type").asText().equals(STACK))
        .forEach(e -> place(e.getKey(), artifacts, new LinkedHashSet<>(), ordered));
    return List.copyOf(ordered);
  }

  private static void place(
      String id, JsonNode artifacts, Set<String> waiting, Set<String> ordered) {
    var artifact = artifacts.path(id);
    if (ordered.contains(id) || !artifact.path("type").asText().equals(STACK)) {
      return;
    }
    if (!waiting.add(id)) {
      throw new AssemblyException(
          "manifest.json", "stacks that depend on each other: " + waiting, "no circle");
    }
    artifact
        .path("dependencies")
        .forEach(dependency -> place(dependency.asText(), artifacts, waiting, ordered));
    waiting.remove(id);
    ordered.add(id);
  }

  private static Template template(Path folder, String id, JsonNode artifact) {
    var properties = artifact.path("properties");
    // aws://account/region; unknown-account and unknown-region where the app states none
    var environment = artifact.path("environment").asText().split("/", -1);
    return new Template(
        properties.path("stackName").asText(id),
        environment.length == 4 ? known(environment[3]) : "",
        environment.length == 4 ? known(environment[2]) : "",
        json(folder.resolve(properties.path("templateFile").asText(id + ".template.json"))));
  }

  private static String known(String value) {
    return value.startsWith("unknown-") ? "" : value;
  }

  private static Map<String, Path> assets(Path folder, JsonNode artifact) {
    var manifest = folder.resolve(artifact.path("properties").path("file").asText());
    var assets = new LinkedHashMap<String, Path>();
    json(manifest)
        .path("files")
        .properties()
        .forEach(
            e -> {
              var source = folder.resolve(e.getValue().path("source").path("path").asText());
              assets.put(e.getKey(), source);
              e.getValue()
                  .path("destinations")
                  .forEach(to -> assets.put(to.path("objectKey").asText(), source));
            });
    return assets;
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new AssemblyException(file.toString(), "no file", "a file of a cloud assembly");
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssemblyException(file.toString(), "no JSON", "JSON as cdk synth writes it", e);
    }
  }

  /** What stacks export to each other, evaluated when a stack asks. */
  private static final class Exports {

    private final Map<String, StackScope> scopes = new LinkedHashMap<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();

    void add(String stack, StackScope scope) {
      scope
          .exportNames()
          .forEach(
              (export, output) -> {
                if (scopes.putIfAbsent(export, scope) != null) {
                  throw new AssemblyException(
                      stack + "/" + output, "export " + export, "a name that is exported once");
                }
                outputs.put(export, output);
              });
    }

    JsonNode value(String export, String where) {
      var scope = scopes.get(export);
      var output = outputs.get(export);
      if (scope == null || output == null) {
        throw new AssemblyException(
            where, "Fn::ImportValue " + export, "an export of a stack before: " + outputs.keySet());
      }
      return scope.output(output);
    }
  }
}
