package dev.gatehouse.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** The operating system's side of a server. */
record RedisProcess(Process process) {

  static RedisProcess launch(Path folder, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Executable.FILE.toString()));
    command.addAll(arguments);
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
      return new RedisProcess(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  void kill() {
    process.destroyForcibly();
    join(process);
  }

  void signal(String name) {
    try {
      join(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server's program for this machine, unpacked once. */
  private static final class Executable {
    static final File FILE = unpack();

    private static File unpack() {
      try {
        Path folder = Files.createTempDirectory("redis-server");
        File file = ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
        folder.toFile().deleteOnExit();
        file.deleteOnExit();
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
