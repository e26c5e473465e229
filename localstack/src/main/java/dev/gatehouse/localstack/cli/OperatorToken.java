package dev.gatehouse.localstack.cli;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Reading;
import dev.gatehouse.localstack.machine.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A token of an operator, signed by the demo issuer of a local run. */
final class OperatorToken {
  private static final String SCOPE = "gateway:admin";

  private OperatorToken() {}

  /** A local run and a token that it accepts. */
  record Run(String url, String token) {}

  /**
   * The newest run of a gateway.
   *
   * @param folder with its gateway.yaml
   * @throws IOException when there is none
   */
  static Optional<Run> run(Path folder) throws IOException, InterruptedException {
    Gateway gateway =
        switch (new GatewayReader().read(folder.resolve("gateway.yaml"))) {
          case Reading.Valid valid -> valid.gateway();
          case Reading.Invalid(var faults) -> throw new IOException(faults.getFirst().toString());
        };
    int port =
        RunFolder.newest(folder)
            .map(RunFolder.Ready::port)
            .orElseThrow(
                () ->
                    new IOException(
                        "no local run of "
                            + folder
                            + " (expected: ./gatehouse local --gateway in another terminal)"));
    Issuer issuer =
        gateway.identity().issuers().stream()
            .findFirst()
            .orElseThrow(
                () -> new IOException("no issuer in gateway.yaml (expected: one, or --token)"));
    byte[] payload =
        new TokenPayload(
                "operator",
                Optional.of(SCOPE),
                List.of(),
                Map.of(),
                Duration.ofMinutes(5),
                Optional.empty())
            .bytes(issuer, Clock.systemUTC().instant());
    String token = new RunClient(port).sign(issuer.name(), payload);
    return Optional.of(new Run("http://localhost:" + port, token));
  }
}
