package dev.gatehouse.localstack.cli;

import dev.gatehouse.localstack.Project;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The one command a person types. */
@Command(
    name = "gatehouse",
    mixinStandardHelpOptions = true,
    versionProvider = GatehouseCommand.Version.class,
    description = "A serverless API gateway for AWS, described by one file: gateway.yaml.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Try it:",
      "  ./gatehouse local                      runs examples/traffic-tacos on this machine",
      "  examples/traffic-tacos/journey.sh      a user's visit, in a second terminal",
      "",
      "gatehouse COMMAND --help explains a command."
    },
    subcommands = {
      LocalCommand.class,
      TokenCommand.class,
      CheckCommand.class,
      KeysCommand.class,
      QueueCommand.class,
      SynthCommand.class
    })
public final class GatehouseCommand implements Runnable {
  static final String EXAMPLE = "examples/traffic-tacos";

  @Spec private CommandSpec spec;

  private GatehouseCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  /** The main class; {@code -Dgatehouse.project} names the project's root. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new GatehouseCommand())
        .setExecutionExceptionHandler(
            (fault, command, _) -> {
              command.getErr().println(command.getCommandName() + ": " + fault.getMessage());
              return 1;
            })
        .setParameterExceptionHandler(GatehouseCommand::wrongArguments);
  }

  private static int wrongArguments(ParameterException fault, String[] arguments) {
    PrintWriter err = fault.getCommandLine().getErr();
    err.println(fault.getMessage());
    err.println(
        "expected: see " + fault.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return 2;
  }

  static Project project() {
    return new Project(Path.of(System.getProperty("gatehouse.project", "")));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The project's version, written by the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      try (InputStream file = GatehouseCommand.class.getResourceAsStream("/gatehouse.properties")) {
        Properties properties = new Properties();
        if (file != null) {
          properties.load(file);
        }
        return new String[] {"gatehouse " + properties.getProperty("version", "unknown")};
      }
    }
  }
}
