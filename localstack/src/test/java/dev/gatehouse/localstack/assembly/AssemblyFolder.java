package dev.gatehouse.localstack.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small cloud assemblies by hand. */
public final class AssemblyFolder {

  private final Path folder;
  private final Map<String, String> artifacts = new LinkedHashMap<>();

  public AssemblyFolder(Path folder) {
    this.folder = folder;
  }

  public AssemblyFolder stack(String name, String template, String... after) throws IOException {
    Files.writeString(folder.resolve(name + ".template.json"), template);
    var dependencies = List.of(after).stream().map(each -> '"' + each + '"').toList().toString();
    artifacts.put(
        name,
        """
        {"type":"aws:cloudformation:stack","environment":"aws://unknown-account/unknown-region",
         "properties":{"templateFile":"%s.template.json"},"dependencies":%s}
        """
            .formatted(name, dependencies));
    return this;
  }

  AssemblyFolder assets(String name, String files) throws IOException {
    Files.writeString(folder.resolve(name + ".assets.json"), "{\"files\":" + files + "}");
    artifacts.put(
        name + ".assets",
        """
        {"type":"cdk:asset-manifest","properties":{"file":"%s.assets.json"}}
        """
            .formatted(name));
    return this;
  }

  public CloudAssembly read() throws IOException {
    var entries =
        artifacts.entrySet().stream().map(e -> '"' + e.getKey() + "\":" + e.getValue()).toList();
    Files.writeString(
        folder.resolve("manifest.json"),
        "{\"version\":\"48.0.0\",\"artifacts\":{\"Tree\":{\"type\":\"cdk:tree\"},"
            + String.join(",", entries)
            + "}}");
    return CloudAssembly.read(folder);
  }

  public Resolved resolve() throws IOException {
    return read().resolve(new Settings("eu-west-1", "123456789012", PhysicalIds.GENERATED));
  }
}
