package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives and layers that a bench makes at run time, in a folder that goes with it. */
final class Workbench implements AutoCloseable {
  private final RunFolder folder;
  private final Warden warden;

  private Workbench(RunFolder folder, Warden warden) {
    this.folder = folder;
    this.warden = warden;
  }

  static Workbench open() throws IOException {
    RunFolder folder = RunFolder.create();
    return new Workbench(folder, Warden.over(folder.path()));
  }

  Path file(String name) {
    return folder.path().resolve(name);
  }

  /** An archive of a few classes of the bench. */
  Path archive(Class<?>... classes) throws IOException {
    Path archive = folder.folder("archives/" + classes[0].getSimpleName());
    for (Class<?> type : classes) {
      String name = type.getName().replace('.', '/') + ".class";
      Path target = archive.resolve(name);
      Files.createDirectories(target.resolveSibling("."));
      try (InputStream code = Workbench.class.getClassLoader().getResourceAsStream(name)) {
        if (code == null) {
          throw new IOException(name + ": nothing there (expected: a class of the bench)");
        }
        Files.copy(code, target);
      }
    }
    return archive;
  }

  /**
   * The same function with everything in jars on the class path of the runtime, where each JVM
   * finds them at the same place and the JDK's archives of classes may name them.
   */
  Contender inJars(Contender function) throws IOException {
    Path layer = folder.folder("jars/" + function.name());
    Path jars = Files.createDirectories(layer.resolve("java/lib"));
    try (FileSystem archive = FileSystems.newFileSystem(function.archive())) {
      jar(jars.resolve("classes.jar"), archive.getPath("/"));
      try (Stream<Path> libraries = Files.list(archive.getPath("/lib"))) {
        for (Path library : libraries.toList()) {
          Files.copy(library, jars.resolve(library.getFileName().toString()));
        }
      }
    }
    gatewayJar(jars.resolve("gateway.jar"), function.gateway());
    return new Contender(
        function.name(),
        folder.folder("empty"),
        List.of(layer),
        function.handler(),
        function.megabytes(),
        "",
        function.variables());
  }

  private static void jar(Path jar, Path root) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream entries = new ZipOutputStream(file);
        Stream<Path> all = Files.walk(root)) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        if (!one.startsWith("/lib")) {
          entries.putNextEntry(new ZipEntry(root.relativize(one).toString()));
          Files.copy(one, entries);
        }
      }
    }
  }

  /** The jar through which a function finds its gateway. */
  static void gatewayJar(Path jar, String gateway) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream entries = new ZipOutputStream(file)) {
      entries.putNextEntry(new ZipEntry("gateway.yaml"));
      entries.write(gateway.getBytes(UTF_8));
    }
  }

  @Override
  public void close() {
    warden.close();
  }
}
