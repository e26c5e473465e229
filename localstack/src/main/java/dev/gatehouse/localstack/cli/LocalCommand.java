package dev.gatehouse.localstack.cli;

import dev.gatehouse.localstack.LocalRun;
import dev.gatehouse.localstack.LocalRun.Start;
import dev.gatehouse.localstack.LocalRunOptions;
import dev.gatehouse.localstack.Progress;
import dev.gatehouse.localstack.Project;
import dev.gatehouse.localstack.machine.Warden;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse local}. */
@Command(
    name = "local",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a gateway on this machine: the stacks as they are synthesized, the functions from their"
          + " archives under AWS's runtime client, a real Redis, DynamoDB Local, a demo identity"
          + " provider and demo back ends. No AWS account, no Docker; nothing listens beyond"
          + " 127.0.0.1.",
      "",
      "Prints `ready http://localhost:PORT` when it answers. Ctrl-C ends it and leaves nothing."
    },
    footer = {
      "",
      "While it runs, http://localhost:PORT/_local/ steers it:",
      "  info, functions, logs?function=NAME, issuers, upstreams/SERVICE/requests,",
      "  upstreams/SERVICE/behaviour, redis, issuers/NAME, issuers/NAME/sign, issuers/NAME/rotate"
    })
final class LocalCommand implements Callable<Integer> {
  @Option(
      names = "--gateway",
      paramLabel = "DIR",
      description = "The folder with gateway.yaml (default: ${DEFAULT-VALUE}).",
      defaultValue = GatehouseCommand.EXAMPLE)
  private Path gateway = Path.of(GatehouseCommand.EXAMPLE);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The API's port; 0 takes any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8000")
  private int port = 8000;

  @Option(
      names = "--environments",
      paramLabel = "N",
      description = "Processes of one function at most, under load (default: ${DEFAULT-VALUE}).",
      defaultValue = "" + LocalRunOptions.ENVIRONMENTS)
  private int environments = LocalRunOptions.ENVIRONMENTS;

  private LocalCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Project project = GatehouseCommand.project();
    LocalRunOptions options =
        new LocalRunOptions(project, project.folder(gateway), port, environments, true);
    return switch (LocalRun.start(options, new Progress(System.err), LocalCommand::endWith)) {
      case Start.Refused refused -> {
        refused.messages().forEach(System.err::println);
        yield refused.exit();
      }
      case Start.Ready(LocalRun run) -> {
        System.out.println("ready http://localhost:" + run.port());
        new CountDownLatch(1).await(); // until a signal
        yield 0;
      }
    };
  }

  /** A signal may come at any moment from here on: what the warden knows, it takes away. */
  private static void endWith(Warden warden) {
    Runtime.getRuntime().addShutdownHook(new Thread(warden::close, "end"));
  }
}
