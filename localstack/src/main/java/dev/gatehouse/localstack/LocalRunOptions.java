package dev.gatehouse.localstack;

import java.nio.file.Path;

/**
 * What a person chooses about a local run.
 *
 * @param gateway the folder with gateway.yaml
 * @param port of the API on 127.0.0.1; 0: any free one
 * @param environments of one function at most
 * @param timers whether scheduled rules run by themselves
 */
public record LocalRunOptions(
    Project project, Path gateway, int port, int environments, boolean timers) {
  /** Four fit, with everything else, into 1.5 GB under load of two functions. */
  public static final int ENVIRONMENTS = 4;

  /** A run whose scheduled rules run only when its control says so. */
  public LocalRunOptions(Project project, Path gateway, int port, int environments) {
    this(project, gateway, port, environments, false);
  }
}
