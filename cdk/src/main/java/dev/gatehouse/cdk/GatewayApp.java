package dev.gatehouse.cdk;

import dev.gatehouse.config.Fault;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Synthesizes the stacks of one gateway.yaml.
 *
 * <p>Exit codes: 0 done; 1 the stacks could not be made, a missing archive among the reasons; 2
 * wrong arguments or a faulty gateway.yaml, each fault on a line of its own: {@code FILE:LINE:
 * path: found (expected: …)}. Settings that are not in force in this version are told as {@code
 * note:} lines.
 *
 * <p>This class alone reads the environment: {@code CDK_OUTDIR}, where the CDK's command line wants
 * the result, and {@code GATEHOUSE_VERSION}, what the functions report as theirs.
 */
public final class GatewayApp {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG = 2;

  private final Map<String, String> environment;
  private final PrintStream err;

  GatewayApp(Map<String, String> environment, PrintStream err) {
    this.environment = environment;
    this.err = err;
  }

  /** See {@link Arguments#USAGE}. */
  public static void main(String[] line) {
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(new GatewayApp(System.getenv(), err).run(List.of(line)));
  }

  /** Runs one command line and answers its exit code. */
  int run(List<String> line) {
    if (line.contains("--help")) {
      err.print(Arguments.USAGE);
      return DONE;
    }
    return switch (Arguments.parse(line)) {
      case Arguments.Parsed.Invalid(String message) -> {
        err.println(message);
        err.print(Arguments.USAGE);
        yield WRONG;
      }
      case Arguments.Parsed.Valid(Arguments arguments) -> read(arguments);
    };
  }

  private int read(Arguments arguments) {
    Path file = arguments.gateway().resolve("gateway.yaml");
    return switch (new GatewayReader().read(file, arguments.overrides())) {
      case Reading.Invalid(List<Fault> faults) -> {
        faults.forEach(fault -> err.println(file + ":" + fault));
        yield WRONG;
      }
      case Reading.Valid(Gateway gateway, String source, List<Fault> pending) -> {
        pending.forEach(setting -> err.println("note: " + file + ":" + setting));
        yield plan(arguments, file, gateway, source);
      }
    };
  }

  private int plan(Arguments arguments, Path file, Gateway gateway, String source) {
    ApiResource root = ResourceTree.of(gateway);
    List<Fault> faults = ApiQuota.check(gateway, root);
    if (!faults.isEmpty()) {
      faults.forEach(fault -> err.println(file + ":" + fault));
      return WRONG;
    }
    return switch (Archives.in(arguments.project(), GatewayStack.modules(gateway))) {
      case Archives.Located.Missing(List<String> messages) -> {
        messages.forEach(err::println);
        yield FAILED;
      }
      case Archives.Located.Found(Archives archives) -> {
        try {
          ConfigurationJar jar = ConfigurationJar.of(gateway, source, arguments.gateway());
          yield synthesize(gateway, root, archives, jar, out(arguments));
        } catch (IOException e) {
          err.println(e.getMessage() + " (expected: files that gateway.yaml names, beside it)");
          yield FAILED;
        } catch (UncheckedIOException e) {
          err.println(e.getMessage() + " (expected: Node.js 20 or newer as node on the PATH)");
          yield FAILED;
        }
      }
    };
  }

  private int synthesize(
      Gateway gateway, ApiResource root, Archives archives, ConfigurationJar jar, Path out)
      throws IOException {
    Path layer = Files.createTempDirectory("gatehouse-layer");
    try {
      jar.write(layer);
      Stacks.of(new Blueprint(gateway, root, archives, layer, version()), out).app().synth();
      return DONE;
    } finally {
      delete(layer);
    }
  }

  private Path out(Arguments arguments) {
    return arguments
        .out()
        .orElseGet(() -> Path.of(environment.getOrDefault("CDK_OUTDIR", "cdk.out")));
  }

  private String version() {
    return environment.getOrDefault("GATEHOUSE_VERSION", "0.1.0-SNAPSHOT");
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
