package dev.gatehouse.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A gateway that was checked when it was deployed, read again from the class path. */
final class ClassPathGateway {
  private ClassPathGateway() {}

  static Gateway read(String resource) {
    try (InputStream stream = ClassPathGateway.class.getResourceAsStream(resource)) {
      return gateway(resource, stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] file(String resource) {
    try (InputStream stream = ClassPathGateway.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(
            "no " + resource + " on the class path (expected: a configuration layer)");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Gateway gateway(String resource, @Nullable InputStream stream) throws IOException {
    if (stream == null) {
      throw new IllegalStateException(
          "no " + resource + " on the class path (expected: a configuration layer)");
    }
    String source = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    return switch (new GatewayReader().read(source, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) ->
          throw new IllegalStateException(
              faults.stream().map(Fault::toString).collect(Collectors.joining("\n", "\n", "")));
    };
  }
}
