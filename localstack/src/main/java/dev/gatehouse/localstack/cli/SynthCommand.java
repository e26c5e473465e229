package dev.gatehouse.localstack.cli;

import dev.gatehouse.localstack.Project;
import dev.gatehouse.localstack.Synthesis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse synth}. */
@Command(
    name = "synth",
    mixinStandardHelpOptions = true,
    description =
        "Synthesizes the CloudFormation stacks of a gateway: what `cdk deploy` would deploy.",
    footer = {
      "",
      "Exit code: 0 done, 1 failed, 2 a faulty gateway.yaml, 3 no Node.js 20 or newer."
    })
final class SynthCommand implements Callable<Integer> {
  @Option(
      names = "--gateway",
      required = true,
      paramLabel = "DIR",
      description = "The folder with gateway.yaml.")
  private Path gateway = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the cloud assembly goes.")
  private Path out = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "path=value",
      description =
          "Replaces a scalar of gateway.yaml for this deployment, such as"
              + " services.reservation.url=http://10.0.0.7:8001; repeatable.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  private SynthCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> obstacle = Synthesis.obstacle();
    if (obstacle.isPresent()) {
      System.err.println(obstacle.get());
      return 3;
    }
    Project project = GatehouseCommand.project();
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    Synthesis synthesis =
        new Synthesis(project, project.folder(gateway), out.toAbsolutePath(), scratch, overrides);
    Process process = synthesis.process().start();
    process.getOutputStream().close();
    process.getInputStream().transferTo(System.err);
    return process.waitFor();
  }
}
