package dev.gatehouse.localstack.lambda;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One function as its template describes it.
 *
 * @param version the published version that serves, or {@code $LATEST}
 * @param archive the zip file, or its folder, that {@code cdk deploy} would upload
 * @param layers zip files or folders, laid out as under /opt; the jars of their java/lib go on the
 *     class path of the runtime, because /opt belongs to the machine
 * @param handler {@code package.Class} or {@code package.Class::method}
 * @param environment the template's variables, resolved
 * @param reservedConcurrency environments at most; an invocation above it is throttled at once
 */
public record FunctionDefinition(
    String name,
    String version,
    Path archive,
    List<Path> layers,
    String handler,
    int memoryMegabytes,
    Duration timeout,
    Map<String, String> environment,
    SnapStart snapStart,
    OptionalInt reservedConcurrency) {

  public FunctionDefinition {
    layers = List.copyOf(layers);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** Whether published versions start from a snapshot. */
  public enum SnapStart {
    NONE,
    PUBLISHED_VERSIONS
  }

  boolean snapshots() {
    return snapStart == SnapStart.PUBLISHED_VERSIONS && !version.equals("$LATEST");
  }

  /** The function's name in an ARN ({@code arn:aws:lambda:region:account:function:name[:…]}). */
  static Optional<String> nameIn(String arn) {
    String[] parts = arn.split(":", -1);
    return parts.length >= 7 && parts[5].equals("function")
        ? Optional.of(parts[6])
        : Optional.empty();
  }
}
