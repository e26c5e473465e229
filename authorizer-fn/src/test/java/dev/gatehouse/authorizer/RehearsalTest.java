package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  private final ManualClock clock = new ManualClock();

  @Test
  void theRealKeysAreReadAndATokenIsVerified() throws IOException {
    try (KeyServer server = new KeyServer(Tokens.keySet(World.RSA))) {
      rehearsal(server).prime();
      assertThat(server.fetches()).isEqualTo(1);
    }
  }

  @Test
  void anIssuerThatIsDownIsNotFatal() throws IOException {
    KeyServer server = new KeyServer(Tokens.keySet(World.RSA));
    server.close();
    Rehearsal rehearsal = rehearsal(server);
    rehearsal.prime();
    assertThat(server.fetches()).isZero();
  }

  private Rehearsal rehearsal(KeyServer server) {
    JwksKeys keys =
        new JwksKeys(
            "main", new HttpKeySets(server.uri()), KeySetCopies.NONE, Duration.ofHours(1), clock);
    return new Rehearsal(
        List.of(
            new TokenVerifier.Trusted(World.issuer("main", World.ISSUER, List.of("RS256")), keys)));
  }
}
