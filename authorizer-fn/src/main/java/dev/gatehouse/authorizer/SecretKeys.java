package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shared secret of an issuer that has nothing better.
 *
 * <p>A text is the secret itself, in UTF-8. For rotation it may be a JSON Web Key Set of {@code
 * oct} keys with ids instead, recognised by its brace. Either way an algorithm is only known to a
 * secret that is long enough for it (RFC 7518 section 3.2).
 */
final class SecretKeys implements IssuerKeys {
  static final Duration SILENCE = Duration.ofSeconds(10);

  private final String issuer;
  private final Supplier<Optional<String>> secret;
  private final InstantSource clock;
  private volatile @Nullable Parsed parsed;
  private volatile Instant silentUntil = Instant.MIN;

  /**
   * @param issuer our name for it
   * @param secret the secret's current text; empty when it cannot be read
   */
  SecretKeys(String issuer, Supplier<Optional<String>> secret, InstantSource clock) {
    this.issuer = issuer;
    this.secret = secret;
    this.clock = clock;
  }

  private record Parsed(String text, Linted keys) {}

  @Override
  public Lookup find(JoseHeader header) {
    return read()
        .map(text -> find(parsed(text), header))
        .orElse(new Lookup.Missing("no secret of " + issuer + " (expected: one that can be read)"));
  }

  @Override
  public void load() {
    read().ifPresent(this::parsed);
  }

  /** After a failure nobody waits for another one for a while. */
  private Optional<String> read() {
    Instant now = clock.instant();
    if (now.isBefore(silentUntil) && !now.isBefore(silentUntil.minus(SILENCE))) {
      return Optional.empty();
    }
    Optional<String> text = secret.get();
    if (text.isEmpty()) {
      silentUntil = clock.instant().plus(SILENCE);
    }
    return text;
  }

  private Lookup find(Linted keys, JoseHeader header) {
    return switch (keys) {
      case Linted.Usable(KeySet set, _) -> IssuerKeys.in(set, header);
      case Linted.Unusable(String reason) ->
          new Lookup.Missing("secret of " + issuer + ": " + reason);
    };
  }

  private Linted parsed(String text) {
    Parsed last = parsed;
    if (last == null || !last.text().equals(text)) {
      last = new Parsed(text, parse(text));
      parsed = last;
    }
    return last.keys();
  }

  private static Linted parse(String text) {
    if (text.startsWith("{")) {
      return KeySetLinter.lint(text, Visibility.SECRET);
    }
    return KeySetLinter.secret(text.getBytes(StandardCharsets.UTF_8));
  }
}
