package dev.gatehouse.config;

import dev.gatehouse.config.Gateway.ErrorFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads gateway.yaml.
 *
 * <p>The text becomes nodes ({@link Document}), overrides are written into it ({@link Overrides}),
 * the nodes are checked against their description ({@link Structure}, {@link GatewayForm}) and then
 * for what a description cannot say (the sections and {@link RouteRules}). Each step reports all
 * that it finds and takes nothing for granted; only a file without a fault becomes records.
 */
public final class GatewayReader {
  private final PendingSettings pending;

  /** Reads as this version runs: what it cannot do yet is pending or refused. */
  public GatewayReader() {
    this(PendingSettings.ofThisVersion());
  }

  /** Reads as a version runs that has these settings pending. */
  public GatewayReader(PendingSettings pending) {
    this.pending = pending;
  }

  /** Reads a file; one that cannot be read is a fault as well. */
  public Reading read(Path file) {
    return read(file, Map.of());
  }

  /** Reads a file with overrides. */
  public Reading read(Path file, Map<String, String> overrides) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      String found = Files.isDirectory(file) ? "a folder" : "no readable file";
      return invalid(new Fault(1, "", found, "a file with a gateway"));
    }
    try {
      String source = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return read(source, overrides, Optional.ofNullable(file.toAbsolutePath().getParent()));
    } catch (CharacterCodingException e) {
      return invalid(new Fault(1, "", "bytes that are not UTF-8", "a text in UTF-8"));
    }
  }

  /**
   * Reads a text; files that it names are not looked at.
   *
   * @param overrides scalars to replace, by their paths ({@code services.reservation.url}, {@code
   *     identity.issuers.main.jwks}, {@code routes[3].timeout})
   */
  public Reading read(String source, Map<String, String> overrides) {
    return read(source, overrides, Optional.empty());
  }

  private Reading read(String source, Map<String, String> overrides, Optional<Path> folder) {
    return switch (Overrides.apply(source, overrides)) {
      case Overrides.Applied.Refused(List<Fault> faults) -> new Reading.Invalid(faults);
      case Overrides.Applied.Effective(String text) -> read(text, folder);
    };
  }

  private Reading read(String source, Optional<Path> folder) {
    return switch (Document.parse(source)) {
      case Document.Broken(Fault fault) -> invalid(fault);
      case Document.Tree(Cursor root) -> read(source, root, folder);
    };
  }

  private Reading read(String source, Cursor root, Optional<Path> folder) {
    Faults faults = new Faults();
    new Structure(faults).check(root, GatewayForm.GATEWAY);
    check(root, faults);
    pending.refuse(root, faults);
    Faults notes = new Faults();
    pending.list(root).forEach(notes::found);
    folder.ifPresent(path -> new Attachments(path, faults, notes).check(root));
    return faults.none()
        ? new Reading.Valid(gateway(root), source, notes.list())
        : new Reading.Invalid(faults.list());
  }

  private static Reading invalid(Fault fault) {
    return new Reading.Invalid(List.of(fault));
  }

  private static void check(Cursor root, Faults faults) {
    root.at("identity").ifPresent(identity -> IdentitySection.check(identity, root, faults));
    root.at("cors").ifPresent(cors -> CorsSection.check(cors, faults));
    root.entries("limits").values().forEach(limit -> LimitSection.check(limit, faults));
    root.entries("services").values().forEach(service -> ServiceSection.check(service, faults));
    root.entries("operations").forEach((_, allow) -> OperationsSection.check(allow, root, faults));
    root.items("routes").forEach(route -> RouteSection.check(route, root, faults));
    RouteRules.check(root.items("routes"), faults);
  }

  private static Gateway gateway(Cursor root) {
    Values values = new Values(root);
    return new Gateway(
        values.text("name"),
        root.at("identity").map(IdentitySection::read).orElse(Identity.NONE),
        root.at("cors").map(CorsSection::read),
        named(root, "limits", LimitSection::read),
        named(root, "queues", QueueSection::read),
        named(root, "services", ServiceSection::read),
        root.items("routes").stream().map(RouteSection::read).toList(),
        values.word("errors", ErrorFormat.PROBLEM, GatewayReader::errors),
        root.at("operations").map(OperationsSection::read).orElse(Operations.PUBLIC),
        values.whole("trustedHops", 0),
        root.texts("redact"));
  }

  private static ErrorFormat errors(String word) {
    return word.equals("classic") ? ErrorFormat.CLASSIC : ErrorFormat.PROBLEM;
  }

  private static <T> Map<String, T> named(
      Cursor root, String key, BiFunction<String, Cursor, T> record) {
    Map<String, T> named = new LinkedHashMap<>();
    root.entries(key).forEach((name, place) -> named.put(name, record.apply(name, place)));
    return named;
  }
}
