package dev.gatehouse.localstack.demo;

import dev.gatehouse.localstack.machine.Ports;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * An example's own back ends: {@code Backend.java} beside its gateway.yaml, one standalone file
 * whose {@code main} takes {@code service=port} arguments, compiled and run in this process.
 */
public final class ExampleBackend {
  private static final Duration START = Duration.ofSeconds(20);

  private ExampleBackend() {}

  /** Whether the folder has one. */
  public static boolean isIn(Path gateway) {
    return Files.isRegularFile(gateway.resolve("Backend.java"));
  }

  /**
   * Starts the folder's back ends.
   *
   * @param classes folder for what is compiled
   * @return each service's port
   * @throws IOException if it does not compile, or does not listen
   */
  public static Map<String, Integer> start(Path gateway, Path classes, Collection<String> services)
      throws IOException {
    compile(gateway.resolve("Backend.java"), classes);
    // The JDK's server takes 200 fields, of which a gateway in front adds some, and reads its bound
    // once in a process: before any back end has begun.
    System.setProperty("sun.net.httpserver.maxReqHeaders", "1000");
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String service : services) {
      ports.put(service, free());
    }
    run(classes, ports.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    for (Map.Entry<String, Integer> entry : ports.entrySet()) {
      if (Ports.isFree(entry.getValue())) {
        throw new IOException(
            "Backend.java: nothing listens for "
                + entry
                + " (expected: a server on 127.0.0.1 for each service=port)");
      }
    }
    return ports;
  }

  private static void compile(Path source, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter faults = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  faults,
                  files,
                  null,
                  List.of("-d", classes.toString(), "-proc:none", "-cp", classes.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new IOException(source + ": does not compile\n" + faults);
      }
    }
  }

  /** On a daemon thread, which its servers inherit: they end with this process. */
  private static void run(Path classes, List<String> arguments) throws IOException {
    CompletableFuture<Void> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("back ends")
        .start(
            () -> {
              try {
                main(classes, arguments);
                started.complete(null);
              } catch (ReflectiveOperationException | IOException e) {
                started.completeExceptionally(e);
              }
            });
    try {
      started.get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("Backend.java: main still runs after " + START, e);
    } catch (ExecutionException e) {
      throw new IOException("Backend.java: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The class loader lives as long as the servers do, which is as long as the process. */
  @SuppressWarnings("resource")
  private static void main(Path classes, List<String> arguments)
      throws IOException, ReflectiveOperationException {
    URL[] urls = {classes.toUri().toURL()};
    URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    try {
      loader
          .loadClass("Backend")
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments.toArray(String[]::new));
    } catch (InvocationTargetException e) {
      throw new IOException(e.getCause());
    }
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
