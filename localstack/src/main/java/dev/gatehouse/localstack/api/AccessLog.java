package dev.gatehouse.localstack.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stage's access log, one line per request in {@code api-gateway-access.log}. A variable
 * without a value is {@code -}.
 */
final class AccessLog implements AutoCloseable {

  static final String FILE = "api-gateway-access.log";

  private final Optional<VariableText> format;
  private final Optional<Writer> writer;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param format empty: the stage has no access log, and no file is made
   */
  AccessLog(Path folder, Optional<VariableText> format) {
    this.format = format;
    this.writer = format.map(f -> open(folder));
  }

  void write(Exchange exchange) {
    if (format.isEmpty() || writer.isEmpty()) {
      return;
    }
    var line = format.get().render(exchange, "-") + "\n";
    lock.lock();
    try {
      writer.get().write(line);
      writer.get().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (writer.isPresent()) {
        writer.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  private static Writer open(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.newBufferedWriter(
          folder.resolve(FILE),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
