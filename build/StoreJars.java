import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Stores the jars of a function's archive without compression of their own: the archive compresses
 * each jar as a whole, to 0.7 of its size, and the JVM inflates no class that it loads.
 *
 * <p>{@code java StoreJars.java ARCHIVE} rewrites it in place; a second time changes nothing.
 */
final class StoreJars {
  private StoreJars() {}

  public static void main(String... arguments) throws IOException {
    Path archive = Path.of(arguments[0]);
    Path rewritten = archive.resolveSibling(archive.getFileName() + ".part");
    try (InputStream from = Files.newInputStream(archive);
        OutputStream to = Files.newOutputStream(rewritten);
        ZipOutputStream zip = new ZipOutputStream(to)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      copy(from, zip, StoreJars::deflated);
    }
    Files.move(rewritten, archive, REPLACE_EXISTING);
  }

  /** How an entry is written. */
  private interface Writing {
    void write(ZipEntry entry, byte[] content, ZipOutputStream to) throws IOException;
  }

  private static void copy(InputStream from, ZipOutputStream to, Writing writing)
      throws IOException {
    ZipInputStream entries = new ZipInputStream(from);
    for (ZipEntry next = entries.getNextEntry(); next != null; next = entries.getNextEntry()) {
      ZipEntry entry = new ZipEntry(next.getName());
      entry.setTimeLocal(next.getTimeLocal());
      writing.write(entry, entries.readAllBytes(), to);
    }
  }

  private static void deflated(ZipEntry entry, byte[] content, ZipOutputStream to)
      throws IOException {
    to.putNextEntry(entry);
    to.write(entry.getName().endsWith(".jar") ? jar(content) : content);
    to.closeEntry();
  }

  private static byte[] jar(byte[] jar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream to = new ZipOutputStream(bytes)) {
      copy(new ByteArrayInputStream(jar), to, StoreJars::stored);
    }
    return bytes.toByteArray();
  }

  private static void stored(ZipEntry entry, byte[] content, ZipOutputStream to)
      throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    to.putNextEntry(entry);
    to.write(content);
    to.closeEntry();
  }
}
