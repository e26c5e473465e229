package dev.gatehouse.authorizer;

import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.secrets.Secrets.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pepper in Secrets Manager, whose name or ARN {@code API_KEY_PEPPER} has. After a failure
 * nobody waits for another one for {@link #SILENCE}.
 */
final class PepperSecret implements Supplier<Optional<Pepper>> {
  static final Duration SILENCE = Duration.ofSeconds(10);

  private final Supplier<Secret> secret;
  private final InstantSource clock;
  private volatile Instant failedAt = Instant.MIN;

  PepperSecret(Supplier<Secret> secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  static PepperSecret in(Secrets secrets, Map<String, String> environment, InstantSource clock) {
    String name = environment.getOrDefault("API_KEY_PEPPER", "");
    return new PepperSecret(
        () -> name.isEmpty() ? new Secret.Unavailable("no name") : secrets.text(name), clock);
  }

  @Override
  public Optional<Pepper> get() {
    Instant now = clock.instant();
    if (!now.isBefore(failedAt) && failedAt.isAfter(now.minus(SILENCE))) {
      return Optional.empty();
    }
    return switch (secret.get()) {
      case Secret.Known(String text) -> Pepper.of(text);
      case Secret.Unavailable _ -> {
        failedAt = clock.instant();
        yield Optional.empty();
      }
    };
  }
}
