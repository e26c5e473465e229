package dev.gatehouse.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The gateway.yaml of the architecture, and small ones of which one part is of interest. */
final class Example {
  private static final String MISSING_SERVICES =
      """

        auth: {url: http://auth.internal}
        webhooks: {url: http://webhooks.internal}
        core: {urls: [http://core-1.internal, http://core-2.internal]}
        catalog: {cloudMap: catalog.tacos.local}
        legacy: {url: http://legacy.internal/v0}

      routes:
      """;

  private static final Map<String, String> MINIMAL =
      Map.of(
          "name", "name: g",
          "services", "services: {s: {url: http://s.internal}}",
          "routes", "routes: [{match: GET /a, to: s, allow: public}]");

  private Example() {}

  /** The excerpt, word for word. */
  static String excerpt() {
    try (InputStream stream =
        Objects.requireNonNull(Example.class.getResourceAsStream("architecture.yaml"))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The excerpt with the services that it routes to but does not define. */
  static String complete() {
    return excerpt().replace("\nroutes:\n", MISSING_SERVICES);
  }

  /** The smallest gateway with these sections, each on its own lines, in place of its own. */
  static String with(String... sections) {
    List<String> given =
        List.of(sections).stream()
            .map(section -> section.substring(0, section.indexOf(':')))
            .toList();
    String rest =
        List.of("name", "services", "routes").stream()
            .filter(key -> !given.contains(key))
            .map(key -> MINIMAL.getOrDefault(key, ""))
            .collect(Collectors.joining("\n"));
    return String.join("\n", sections) + "\n" + rest + "\n";
  }

  /** The faults of a text, settings of later versions accepted. */
  static List<Fault> faults(String source) {
    return faults(new GatewayReader(PendingSettings.none()).read(source, Map.of()));
  }

  static List<Fault> faults(Reading reading) {
    return switch (reading) {
      case Reading.Valid _ -> List.of();
      case Reading.Invalid(List<Fault> faults) -> faults;
    };
  }

  /** The gateway of a text without faults, settings of later versions accepted. */
  static Gateway gateway(String source) {
    return gateway(new GatewayReader(PendingSettings.none()).read(source, Map.of()));
  }

  static Gateway gateway(Reading reading) {
    return switch (reading) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(List<Fault> faults) -> throw new AssertionError(faults.toString());
    };
  }
}
