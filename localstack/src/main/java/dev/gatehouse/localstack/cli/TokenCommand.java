package dev.gatehouse.localstack.cli;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Reading;
import dev.gatehouse.localstack.machine.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse token}. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a JWT of a demo issuer, and nothing else; the running local gateway accepts it.",
      "",
      "The issuer's keys live in the run: start `gatehouse local` for the same gateway first."
    },
    footer = {
      "",
      "Example:",
      "  curl -H \"Authorization: Bearer $(./gatehouse token --gateway examples/traffic-tacos"
          + " --sub alice --scope 'reservations:read')\" http://localhost:8000/..."
    })
final class TokenCommand implements Callable<Integer> {
  @Option(
      names = "--gateway",
      paramLabel = "DIR",
      description = "The folder with gateway.yaml (default: ${DEFAULT-VALUE}).",
      defaultValue = GatehouseCommand.EXAMPLE)
  private Path gateway = Path.of(GatehouseCommand.EXAMPLE);

  @Option(
      names = "--sub",
      required = true,
      paramLabel = "NAME",
      description = "Who the token is for.")
  private String subject = "";

  @Option(names = "--scope", paramLabel = "\"A B\"", description = "Scopes, separated by spaces.")
  private @Nullable String scope;

  @Option(names = "--role", paramLabel = "R", description = "A role; repeatable.")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--claim",
      paramLabel = "K=V",
      description = "A further claim, its value as JSON or as a text; repeatable.")
  private Map<String, String> claims = new LinkedHashMap<>();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long it is valid: 90s, 10m, 2h (default: ${DEFAULT-VALUE}).",
      defaultValue = "10m")
  private String ttl = "10m";

  @Option(
      names = "--audience",
      paramLabel = "AUD",
      description = "Its audience (default: the issuer's first in gateway.yaml).")
  private @Nullable String audience;

  @Option(
      names = "--issuer",
      paramLabel = "NAME",
      description = "The issuer by its name in gateway.yaml (default: the first).")
  private @Nullable String issuerName;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The run's port (default: the newest run of this gateway).")
  private @Nullable Integer port;

  @Spec private CommandSpec spec;

  private TokenCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = GatehouseCommand.project().folder(gateway);
    Path file = folder.resolve("gateway.yaml");
    return switch (new GatewayReader().read(file)) {
      case Reading.Invalid(var faults) -> {
        PrintWriter err = spec.commandLine().getErr();
        faults.forEach(fault -> err.println(file + ":" + fault));
        yield 2;
      }
      case Reading.Valid valid -> print(folder, valid.gateway());
    };
  }

  private int print(Path folder, Gateway read) throws IOException, InterruptedException {
    Optional<Issuer> issuer =
        read.identity().issuers().stream()
            .filter(one -> issuerName == null || one.name().equals(issuerName))
            .findFirst();
    if (issuer.isEmpty()) {
      List<String> names = read.identity().issuers().stream().map(Issuer::name).toList();
      return refuse("--issuer: " + issuerName + " (expected: one of " + names + ")", 2);
    }
    OptionalInt run = port(folder);
    if (run.isEmpty()) {
      return refuse(
          "no local run of "
              + folder
              + " (expected: ./gatehouse local --gateway "
              + gateway
              + " in another terminal)",
          1);
    }
    TokenPayload payload =
        new TokenPayload(
            subject,
            Optional.ofNullable(scope),
            roles,
            claims,
            TokenPayload.lifetime(ttl),
            Optional.ofNullable(audience));
    byte[] bytes = payload.bytes(issuer.get(), Clock.systemUTC().instant());
    String token = new RunClient(run.getAsInt()).sign(issuer.get().name(), bytes);
    spec.commandLine().getOut().println(token);
    return 0;
  }

  private OptionalInt port(Path folder) throws IOException {
    if (port != null) {
      return OptionalInt.of(port);
    }
    return RunFolder.newest(folder).stream().mapToInt(RunFolder.Ready::port).findFirst();
  }

  private int refuse(String message, int exit) {
    spec.commandLine().getErr().println(message);
    return exit;
  }
}
