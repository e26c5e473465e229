package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  private final AtomicInteger fetches = new AtomicInteger();
  private final World world = new World();

  @Test
  void theRealKeysAreReadAndATokenIsVerified() {
    String keySet = Tokens.keySet(World.RSA);
    assertThatCode(rehearsal(new KeySetSource.Answer.Fetched(keySet))::prime)
        .doesNotThrowAnyException();
    assertThat(fetches).hasValue(1);
    assertThat(world.keys.reads()).isEqualTo(1);
  }

  @Test
  void anIssuerThatIsDownIsNotFatal() {
    assertThatCode(rehearsal(new KeySetSource.Answer.Failed("down"))::prime)
        .doesNotThrowAnyException();
    assertThat(fetches).hasValue(1);
  }

  private Rehearsal rehearsal(KeySetSource.Answer answer) {
    KeySetSource source =
        () -> {
          fetches.incrementAndGet();
          return answer;
        };
    JwksKeys keys =
        new JwksKeys("main", source, KeySetCopies.NONE, Duration.ofHours(1), new ManualClock());
    return new Rehearsal(
        List.of(
            new TokenVerifier.Trusted(World.issuer("main", World.ISSUER, List.of("RS256")), keys)),
        Optional.of(new Authenticator.KeyHeader(World.KEY_HEADER, world.keyVerifier())),
        FailedLogins.UNLIMITED);
  }
}
