package dev.gatehouse.queue;

import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.secrets.Secrets.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of an environment: a secret with the member {@code key}, which signs, and {@code
 * previous}, which is still accepted while what it has signed lives.
 *
 * <p>A key id that is not known makes the secret be read again, at most once in {@link #PATIENCE}:
 * so a new key is accepted everywhere before the secret's age has passed, and a flood of made-up
 * ids costs nothing.
 */
public final class Keyring {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final List<String> MEMBERS = List.of("key", "previous");

  private final Supplier<Secret> current;
  private final Supplier<Secret> fresh;
  private final InstantSource clock;
  private @Nullable Held held;
  private Instant readAgain = Instant.EPOCH;
  private Instant silentUntil = Instant.EPOCH;

  Keyring(Supplier<Secret> current, Supplier<Secret> fresh, InstantSource clock) {
    this.current = current;
    this.fresh = fresh;
    this.clock = clock;
  }

  /**
   * The keys of this environment.
   *
   * @param environment QUEUE_SECRET, the secret's name or ARN
   */
  public static Keyring in(Secrets secrets, Map<String, String> environment, InstantSource clock) {
    String name = environment.getOrDefault("QUEUE_SECRET", "");
    return new Keyring(
        () -> name.isEmpty() ? new Secret.Unavailable("no name") : secrets.text(name),
        () -> name.isEmpty() ? new Secret.Unavailable("no name") : secrets.read(name),
        clock);
  }

  /** The keys of a secret's text, however it is had. */
  public static Keyring of(Supplier<String> text, InstantSource clock) {
    Supplier<Secret> secret = () -> new Secret.Known(text.get());
    return new Keyring(secret, secret, clock);
  }

  private record Held(String text, List<SigningKey> keys) {
    @Override
    public String toString() {
      return keys.toString();
    }
  }

  /** The key that signs; empty while the secret cannot be read. */
  synchronized Optional<SigningKey> signing() {
    return keys(known()).stream().findFirst();
  }

  /**
   * The key of secrets that have to stay the same while they are used: the oldest, so that a
   * rotation changes none of them until {@code previous} is removed.
   */
  synchronized Optional<SigningKey> lasting() {
    List<SigningKey> keys = keys(known());
    return keys.isEmpty() ? Optional.empty() : Optional.of(keys.getLast());
  }

  /** A key by its id. */
  synchronized Optional<SigningKey> verifying(String id) {
    Optional<SigningKey> known = find(keys(known()), id);
    if (known.isPresent() || !due()) {
      return known;
    }
    return find(keys(fresh.get()), id);
  }

  /** Whether no key can be had at all. */
  synchronized boolean unavailable() {
    return keys(known()).isEmpty();
  }

  /** The secret, unless it could not be read just now: nobody waits for another failure. */
  private Secret known() {
    Instant now = clock.instant();
    if (now.isBefore(silentUntil) && !silentUntil.minus(PATIENCE).isAfter(now)) {
      return new Secret.Unavailable("silence");
    }
    Secret secret = current.get();
    if (secret instanceof Secret.Unavailable) {
      silentUntil = now.plus(PATIENCE);
    }
    return secret;
  }

  private boolean due() {
    Instant now = clock.instant();
    if (now.isBefore(readAgain) && !readAgain.minus(PATIENCE).isAfter(now)) {
      return false;
    }
    readAgain = now.plus(PATIENCE);
    return true;
  }

  private static Optional<SigningKey> find(List<SigningKey> keys, String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  private List<SigningKey> keys(Secret secret) {
    return switch (secret) {
      case Secret.Known(String text) -> keys(text);
      case Secret.Unavailable _ -> held == null ? List.of() : held.keys();
    };
  }

  private List<SigningKey> keys(String text) {
    Held now = held;
    if (now == null || !now.text().equals(text)) {
      Map<String, String> members = Secrets.members(text);
      List<SigningKey> keys = new ArrayList<>();
      for (String member : MEMBERS) {
        Optional.ofNullable(members.get(member))
            .filter(value -> value.length() >= 32)
            .map(SigningKey::of)
            .ifPresent(keys::add);
      }
      now = new Held(text, List.copyOf(keys));
      held = now;
    }
    return now.keys();
  }
}
