package dev.gatehouse.localstack.lambda;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/** The archive of {@code functions/Probe.java}, laid out as a build lays out ours. */
final class ProbeArchive {
  static final Path RUNTIME_CLIENT = Path.of("target/ric").toAbsolutePath();

  private ProbeArchive() {}

  static Path build(Path folder) throws IOException {
    try {
      Path crac =
          Path.of(org.crac.Core.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path classes = compile(folder, crac);
      Path archive = folder.resolve("probe.zip");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
          Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          add(zip, classes.relativize(file).toString(), file);
        }
        add(zip, "lib/" + crac.getFileName(), crac);
      }
      return archive;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static Path compile(Path folder, Path crac) throws IOException, URISyntaxException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path source =
        Path.of(
            Objects.requireNonNull(ProbeArchive.class.getResource("/functions/Probe.java"))
                .toURI());
    String classPath =
        Stream.concat(Stream.of(crac), jars().stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                OutputStream.nullOutputStream(),
                "-cp",
                classPath,
                "-d",
                classes.toString(),
                source.toString());
    if (status != 0) {
      throw new IOException(source + ": does not compile");
    }
    return classes;
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(RUNTIME_CLIENT)) {
      return files.toList();
    }
  }

  private static void add(ZipOutputStream zip, String name, Path file) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    Files.copy(file, zip);
    zip.closeEntry();
  }
}
