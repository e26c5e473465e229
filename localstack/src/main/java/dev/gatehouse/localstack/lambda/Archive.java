package dev.gatehouse.localstack.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** An asset of the assembly, code or layer: a zip file or a folder. */
final class Archive {
  private Archive() {}

  /** The folder itself, or the zip file's content under {@code target}. */
  static Path unpacked(Path asset, Path target) throws IOException {
    if (Files.isDirectory(asset)) {
      return asset;
    }
    if (!Files.isRegularFile(asset)) {
      throw new IOException(asset + ": nothing there (expected: a built archive; ./mvnw package)");
    }
    Files.createDirectories(target);
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(asset))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        write(zip, entry, target);
      }
    }
    return target;
  }

  private static void write(InputStream content, ZipEntry entry, Path target) throws IOException {
    Path file = target.resolve(entry.getName()).normalize();
    if (!file.startsWith(target)) {
      throw new IOException(entry.getName() + ": leaves the archive (expected: a path inside it)");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
    } else {
      Files.createDirectories(file.resolveSibling("."));
      Files.copy(content, file);
    }
  }
}
