package dev.gatehouse.localstack.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The secrets of a run: Secrets Manager's, with the current version of each and the one before.
 * Looked up by name, by ARN, or by ARN without its random suffix.
 */
public final class Secrets {
  private final String arnPrefix;
  private final InstantSource clock;
  private final Map<String, Secret> byName = new LinkedHashMap<>();

  /**
   * One secret.
   *
   * @param versions the current one first
   */
  public record Secret(String name, String arn, Instant created, List<Version> versions) {
    public Secret {
      versions = List.copyOf(versions);
    }

    Version current() {
      return versions.getFirst();
    }
  }

  /** One version of a secret's value. */
  public record Version(String id, Instant created, Value value) {}

  /** A secret's value: a text, or bytes in base64. */
  public sealed interface Value {
    record Text(String text) implements Value {}

    record Binary(String base64) implements Value {}
  }

  public Secrets(String region, String account, InstantSource clock) {
    this.arnPrefix = "arn:aws:secretsmanager:" + region + ":" + account + ":secret:";
    this.clock = clock;
  }

  /** Creates a secret, or gives it a new current version. */
  public Secret put(String name, Value value) {
    return put(name, arnPrefix + name + "-local1", value);
  }

  /** Creates a secret whose ARN is known, or gives it a new current version. */
  public synchronized Secret put(String name, String arn, Value value) {
    Secret known = byName.get(name);
    Instant now = clock.instant();
    List<Version> versions = new ArrayList<>();
    versions.add(new Version(UUID.randomUUID().toString(), now, value));
    if (known != null) {
      versions.add(known.current());
    }
    Secret secret =
        known == null
            ? new Secret(name, arn, now, versions)
            : new Secret(name, known.arn(), known.created(), versions);
    byName.put(name, secret);
    return secret;
  }

  /** A secret by name or ARN. */
  public synchronized Optional<Secret> find(String id) {
    Secret named = byName.get(id);
    return named != null
        ? Optional.of(named)
        : byName.values().stream()
            .filter(secret -> secret.arn().equals(id) || isPartial(id, secret.arn()))
            .findFirst();
  }

  /** The text of a secret by name or ARN. */
  public Optional<String> text(String id) {
    return find(id)
        .map(secret -> secret.current().value())
        .flatMap(
            value ->
                switch (value) {
                  case Value.Text(String text) -> Optional.of(text);
                  case Value.Binary _ -> Optional.empty();
                });
  }

  public synchronized Collection<Secret> all() {
    return List.copyOf(byName.values());
  }

  /** An ARN without the hyphen and the six characters that Secrets Manager adds. */
  private static boolean isPartial(String id, String arn) {
    return id.startsWith("arn:") && arn.length() == id.length() + 7 && arn.startsWith(id + "-");
  }
}
