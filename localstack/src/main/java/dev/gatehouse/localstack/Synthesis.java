package dev.gatehouse.localstack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The CDK app (module cdk) as a process of its own: from a gateway's folder to a cloud assembly.
 *
 * @param gateway the folder with gateway.yaml
 * @param out where the assembly goes
 * @param scratch folder for its temporary files
 * @param overrides scalars of gateway.yaml that are different in this deployment, by path
 */
public record Synthesis(
    Project project, Path gateway, Path out, Path scratch, Map<String, String> overrides) {
  public Synthesis {
    overrides = Map.copyOf(overrides);
  }

  /** What keeps the CDK from running on this machine, if anything does. */
  public static Optional<String> obstacle() {
    return NodeJs.fault(System.getenv().getOrDefault("PATH", ""));
  }

  /** The process, not started; it says everything on stdout. */
  public ProcessBuilder process() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:-UsePerfData");
    command.add("-Xmx256m");
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("-cp");
    command.add(project.cdkClassPath());
    command.add("dev.gatehouse.cdk.GatewayApp");
    command.addAll(List.of("--gateway", gateway.toString()));
    command.addAll(List.of("--out", out.toString()));
    command.addAll(List.of("--project", project.root().toString()));
    overrides.forEach((path, value) -> command.addAll(List.of("--set", path + "=" + value)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TMPDIR", scratch.toString());
    // Node.js 20 is past its end of life, which the CDK says in a box of twelve lines at every run.
    builder.environment().put("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
    builder.redirectErrorStream(true);
    return builder;
  }
}
