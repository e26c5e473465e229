package dev.gatehouse.cdk;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of {@link GatewayApp}.
 *
 * @param gateway the folder with gateway.yaml
 * @param out where the assembly goes; empty means where the CDK's command line says
 * @param project the root of the built project
 * @param overrides scalars that replace those of gateway.yaml, by their paths
 */
record Arguments(Path gateway, Optional<Path> out, Path project, Map<String, String> overrides) {
  static final String USAGE =
      """
      usage: GatewayApp --gateway DIR [--out DIR] [--project DIR] [--set path=value]...
        --gateway DIR     the folder with gateway.yaml
        --out DIR         where the synthesized stacks go (default: CDK_OUTDIR, else cdk.out)
        --project DIR     the root of the built project (default: the working directory)
        --set path=value  replaces one setting: --set services.reservation.url=http://10.0.0.7:8001
      """;

  /** What was read from a command line. */
  sealed interface Parsed {
    record Valid(Arguments arguments) implements Parsed {}

    /**
     * @param message found and expected
     */
    record Invalid(String message) implements Parsed {}
  }

  static Parsed parse(List<String> line) {
    Map<String, String> options = new LinkedHashMap<>();
    Map<String, String> overrides = new LinkedHashMap<>();
    for (int i = 0; i < line.size(); i += 2) {
      String option = line.get(i);
      if (!List.of("--gateway", "--out", "--project", "--set").contains(option)) {
        return new Parsed.Invalid(option + " (expected: --gateway, --out, --project or --set)");
      }
      if (i + 1 == line.size()) {
        return new Parsed.Invalid(option + " without a value (expected: one after it)");
      }
      String value = line.get(i + 1);
      if (option.equals("--set")) {
        int equals = value.indexOf('=');
        if (equals <= 0) {
          return new Parsed.Invalid("--set " + value + " (expected: --set path=value)");
        }
        overrides.put(value.substring(0, equals), value.substring(equals + 1));
      } else if (options.put(option, value) != null) {
        return new Parsed.Invalid(option + " twice (expected: once)");
      }
    }
    if (!options.containsKey("--gateway")) {
      return new Parsed.Invalid("no --gateway (expected: --gateway DIR)");
    }
    return new Parsed.Valid(
        new Arguments(
            Path.of(options.get("--gateway")),
            Optional.ofNullable(options.get("--out")).map(Path::of),
            Path.of(options.getOrDefault("--project", "")),
            overrides));
  }
}
