package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Messages;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar of gateway.yaml and the files that it names; the same files give the same bytes, so that
 * only a change of configuration publishes a new version.
 *
 * @param files by their names in the jar
 */
record ConfigurationJar(NavigableMap<String, byte[]> files) {
  /** Where a layer has its jars. */
  static final String PATH = "java/lib/gateway.jar";

  /** The earliest time that a zip entry can have. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /**
   * @param source the text of gateway.yaml, overrides applied
   * @param folder where the files that it names are
   */
  static ConfigurationJar of(Gateway gateway, String source, Path folder) throws IOException {
    NavigableMap<String, byte[]> files = new TreeMap<>();
    files.put("gateway.yaml", source.getBytes(StandardCharsets.UTF_8));
    Set<String> named = new TreeSet<>();
    for (Service service : gateway.services().values()) {
      if (service.target() instanceof Service.Target.Grpc grpc) {
        files.put(grpc.descriptors(), Files.readAllBytes(folder.resolve(grpc.descriptors())));
      }
    }
    for (Route route : gateway.routes()) {
      Messages messages = route.messages();
      Stream.concat(
              messages.accepts().flatMap(Messages.Accepts::schema).stream(),
              messages.fallback().flatMap(Messages.Fallback::file).stream())
          .forEach(named::add);
    }
    for (String name : named) {
      files.put(Gateway.FILES + name, Files.readAllBytes(folder.resolve(name)));
    }
    return new ConfigurationJar(files);
  }

  /** Writes the layer's content below a folder. */
  void write(Path folder) throws IOException {
    Path jar = folder.resolve(PATH);
    Files.createDirectories(jar.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
  }
}
