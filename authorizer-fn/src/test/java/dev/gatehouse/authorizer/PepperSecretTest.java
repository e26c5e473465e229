package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.secrets.Secrets.Secret;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PepperSecretTest {
  private final ManualClock clock = new ManualClock();
  private final AtomicInteger reads = new AtomicInteger();
  private Secret secret = new Secret.Unavailable("down");

  private final PepperSecret pepper =
      new PepperSecret(
          () -> {
            reads.incrementAndGet();
            return secret;
          },
          clock);

  @Test
  void afterAFailureNobodyWaitsForAnotherOneForAWhile() {
    assertThat(pepper.get()).isEmpty();
    assertThat(pepper.get()).isEmpty();
    assertThat(reads).hasValue(1);
    secret = new Secret.Known("p".repeat(64));
    clock.advance(PepperSecret.SILENCE);
    assertThat(pepper.get()).isPresent();
  }

  @Test
  void aSecretThatIsTooShortIsNoPepper() {
    secret = new Secret.Known("short");
    assertThat(pepper.get()).isEmpty();
  }
}
