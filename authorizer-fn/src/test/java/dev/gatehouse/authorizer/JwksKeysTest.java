package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.gatehouse.authorizer.IssuerKeys.Lookup;
import dev.gatehouse.authorizer.KeySetCopies.Copy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JwksKeysTest {
  private static final Duration STALE = Duration.ofHours(1);
  private static final ECKey FIRST = Tokens.ec("first", Curve.P_256);
  private static final ECKey SECOND = Tokens.ec("second", Curve.P_256);
  private static final String BOTH = Tokens.keySet(FIRST, SECOND);

  private final ManualClock clock = new ManualClock();
  private final KeyServer server = new KeyServer(Tokens.keySet(FIRST));
  private final InMemoryCopies copies = new InMemoryCopies();
  private final JwksKeys keys = environment();

  @BeforeAll
  static void warmUp() {
    KeyServer.warmUp();
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Another environment of the same function. */
  private JwksKeys environment() {
    return new JwksKeys("main", new HttpKeySets(server.uri()), copies, STALE, clock);
  }

  /** Redis, as far as a key set goes. */
  private static final class InMemoryCopies implements KeySetCopies {
    private Optional<Copy> kept = Optional.empty();
    private boolean away;
    private int calls;

    @Override
    public Optional<Copy> read() {
      calls++;
      return away ? Optional.empty() : kept;
    }

    @Override
    public boolean write(Copy copy) {
      calls++;
      if (!away) {
        kept = Optional.of(copy);
      }
      return !away;
    }
  }

  @Test
  void aKnownKeyIsFetchedOnce() {
    for (int i = 0; i < 1000; i++) {
      found(keys, "first");
    }
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void aRotatedKeyIsKnownWithinTheGap() {
    found(keys, "first");
    server.behave(KeyServer.publishing(BOTH));
    missing(keys, "second");
    clock.advance(FetchBudget.GAP);
    found(keys, "second");
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void aFloodOfUnknownKeysCausesTwoFetchesPerHalfMinute() {
    for (int i = 0; i < 10_000; i++) {
      missing(keys, "unknown-" + i);
      clock.advance(Duration.ofMillis(3)); // 30 s in all
    }
    assertThat(server.fetches()).isLessThanOrEqualTo(2);
  }

  @Test
  void aRotatedKeyIsKnownWithin35SecondsUnderAFlood() {
    for (int i = 0; i < 20_000; i++) {
      missing(keys, "unknown-" + i);
      clock.advance(Duration.ofMillis(1));
    }
    server.behave(KeyServer.publishing(BOTH));
    Instant rotated = clock.instant();
    while (keys.find(header("second")) instanceof Lookup.Missing) {
      missing(keys, "flood-" + clock.instant());
      clock.advance(Duration.ofMillis(10));
      assertThat(Duration.between(rotated, clock.instant())).isLessThan(Duration.ofSeconds(35));
    }
  }

  @Test
  void aWithdrawnKeyIsGoneAfterTenMinutes() {
    server.behave(KeyServer.publishing(BOTH));
    found(keys, "first");
    server.behave(KeyServer.publishing(Tokens.keySet(SECOND)));
    clock.advance(JwksKeys.FRESH.minusMillis(1));
    found(keys, "first");
    clock.advance(Duration.ofMillis(1));
    missing(keys, "first");
    found(keys, "second");
  }

  @Test
  void theLastGoodSetServesUntilItIsStale() {
    found(keys, "first");
    for (KeyServer.Behaviour failure : failures()) {
      server.behave(failure);
      clock.advance(Duration.ofMinutes(11));
      found(keys, "first");
    }
    clock.advance(STALE.minus(Duration.ofMinutes(44)).minusMillis(1));
    found(keys, "first");
    clock.advance(Duration.ofMillis(1));
    missing(keys, "first");
    server.behave(KeyServer.publishing(BOTH));
    clock.advance(FetchBudget.GAP);
    found(keys, "first");
  }

  private static List<KeyServer.Behaviour> failures() {
    return List.of(
        KeyServer.body(503, "application/json", new byte[] {'{', '}'}),
        KeyServer.body(200, "text/html", new byte[] {'<'}),
        KeyServer.publishing("{\"keys\":[]}"),
        KeyServer.publishing("{\"keys\":[" + Tokens.secret("first", 64).toJSONString() + "]}"));
  }

  @Test
  void anIssuerThatIsDownIsNotAskedByEveryRequest() {
    server.behave(KeyServer.body(500, "text/plain", new byte[] {'x'}));
    for (int i = 0; i < 1000; i++) {
      missing(keys, "first");
    }
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void anotherEnvironmentTakesTheCopy() {
    found(keys, "first");
    found(environment(), "first");
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void aSetThatRedisDidNotTakeIsOfferedAgain() {
    copies.away = true;
    found(keys, "first");
    copies.away = false;
    found(keys, "first");
    found(environment(), "first");
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void whileRedisIsAwayASetIsNotOfferedByEveryRequest() {
    copies.away = true;
    found(keys, "first");
    int before = copies.calls;
    for (int i = 0; i < 1000; i++) {
      found(keys, "first");
    }
    assertThat(copies.calls - before).isEqualTo(2);
  }

  @Test
  void whatIsOfferedAgainDoesNotReplaceANewerCopy() {
    copies.away = true;
    found(keys, "first");
    copies.away = false;
    clock.advance(Duration.ofSeconds(1));
    Copy newer = new Copy(clock.instant(), BOTH);
    copies.write(newer);
    found(keys, "first");
    assertThat(copies.kept).contains(newer);
    found(keys, "second");
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void aCopyDoesNotProlongAKeysLife() {
    server.behave(KeyServer.publishing(BOTH));
    found(keys, "first");
    server.behave(KeyServer.publishing(Tokens.keySet(SECOND)));
    clock.advance(JwksKeys.FRESH.minusSeconds(1));
    JwksKeys late = environment();
    found(late, "first");
    clock.advance(FetchBudget.GAP);
    missing(late, "first");
  }

  @Test
  void aCopyServesWhileTheIssuerIsDown() {
    found(keys, "first");
    server.behave(KeyServer.body(500, "text/plain", new byte[] {'x'}));
    clock.advance(Duration.ofMinutes(59));
    found(environment(), "first");
    clock.advance(Duration.ofMinutes(1));
    missing(environment(), "first");
  }

  @Test
  void aCopyWithoutTheKeyIsNoReasonNotToAskTheIssuer() {
    found(keys, "first");
    server.behave(KeyServer.publishing(BOTH));
    found(environment(), "second");
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void aCopyFromTheFutureIsNotBelieved() {
    copies.write(new Copy(clock.instant().plus(Duration.ofDays(1)), BOTH));
    missing(keys, "second");
    found(keys, "first");
  }

  @Test
  void aCopyThatIsNoPublicKeySetIsNotBelieved() {
    copies.write(new Copy(clock.instant(), "{\"keys\":[" + FIRST.toJSONString() + "]}"));
    found(keys, "first");
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void aSnapshotAgesWhileItSleeps() {
    found(keys, "first");
    server.behave(KeyServer.publishing(Tokens.keySet(SECOND)));
    clock.advance(Duration.ofDays(30));
    missing(keys, "first");
  }

  @Test
  void aClockThatWasAheadDoesNotKeepASetAlive() {
    clock.advance(Duration.ofDays(30));
    found(keys, "first");
    server.behave(KeyServer.publishing(Tokens.keySet(SECOND)));
    clock.advance(Duration.ofDays(-30));
    missing(keys, "first");
    found(keys, "second");
  }

  @Test
  void theAgeIsThatOfTheSetAtItsIssuer() {
    assertThat(keys.age()).isEmpty();
    found(keys, "first");
    clock.advance(Duration.ofMinutes(3));
    JwksKeys other = environment();
    found(other, "first");
    assertThat(other.age()).contains(Duration.ofMinutes(3));
  }

  @Test
  void loadingAheadIsTheFirstFetch() {
    keys.load();
    keys.load();
    assertThat(server.fetches()).isEqualTo(1);
    found(keys, "first");
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void manyThreadsCauseOneFetch() throws InterruptedException, ExecutionException {
    List<Future<Lookup>> lookups = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        lookups.add(threads.submit(() -> keys.find(header("first"))));
      }
      for (Future<Lookup> lookup : lookups) {
        assertThat(lookup.get()).isInstanceOf(Lookup.Found.class);
      }
    }
    assertThat(server.fetches()).isEqualTo(1);
  }

  private static void found(JwksKeys keys, String keyId) {
    assertThat(keys.find(header(keyId))).isInstanceOf(Lookup.Found.class);
  }

  private static void missing(JwksKeys keys, String keyId) {
    assertThat(keys.find(header(keyId))).isInstanceOf(Lookup.Missing.class);
  }

  private static JoseHeader header(String keyId) {
    return new JoseHeader("ES256", Optional.of(keyId));
  }
}
