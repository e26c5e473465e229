package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a host takes from its machine and its bounds.
 *
 * @param runtimeClient folder with the jars of AWS's Runtime Interface Client
 * @param environment variables of every function: the region, credentials and endpoints of the
 *     local cloud
 * @param javaOptions further options of every function's JVM, such as its trust store
 * @param maxEnvironments environments of one function at most
 * @param patience how long an invocation waits for a busy environment before it asks for another:
 *     starting one costs a second of a core, which Lambda has and one machine has not
 * @param line how long an invocation waits at the bound before it is throttled
 * @param idle an environment that served nothing for so long is retired, unless it is the last
 */
public record HostSettings(
    Path runtimeClient,
    RunFolder folder,
    Warden warden,
    Map<String, String> environment,
    List<String> javaOptions,
    int maxEnvironments,
    Duration patience,
    Duration line,
    Duration idle) {

  public HostSettings {
    environment = Map.copyOf(environment);
    javaOptions = List.copyOf(javaOptions);
  }

  /** The bounds of a run on one machine. */
  public static HostSettings of(
      Path runtimeClient,
      RunFolder folder,
      Warden warden,
      Map<String, String> environment,
      List<String> javaOptions,
      int maxEnvironments) {
    return new HostSettings(
        runtimeClient,
        folder,
        warden,
        environment,
        javaOptions,
        maxEnvironments,
        Duration.ofMillis(25),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1));
  }
}
