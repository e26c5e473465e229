package dev.gatehouse.localstack.cli;

import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a gateway.yaml and reports all faults together, one per line:",
      "FILE:LINE: path: found (expected: ...)"
    },
    footer = {"", "Exit code: 0 without a fault, 2 with."})
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The gateway.yaml, or the folder that it is in.")
  private Path given = Path.of("gateway.yaml");

  @Spec private CommandSpec spec;

  private CheckCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Path file = Files.isDirectory(given) ? given.resolve("gateway.yaml") : given;
    return switch (new GatewayReader().read(file)) {
      case Reading.Valid valid -> {
        PrintWriter err = spec.commandLine().getErr();
        valid.pending().forEach(setting -> err.println("note: " + file + ":" + setting));
        yield 0;
      }
      case Reading.Invalid(var faults) -> {
        faults.forEach(fault -> out.println(file + ":" + fault));
        yield 2;
      }
    };
  }
}
