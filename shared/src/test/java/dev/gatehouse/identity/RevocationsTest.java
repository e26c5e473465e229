package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.identity.AccessFacts.Fact;
import dev.gatehouse.identity.AccessFacts.Reading;
import dev.gatehouse.identity.Revocations.Standing;
import dev.gatehouse.identity.Revocations.Standing.Revoked;
import dev.gatehouse.identity.Revocations.Standing.Unknown;
import dev.gatehouse.identity.Revocations.Standing.Valid;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  private static final String ISSUER = "https://idp.example";
  private static final Fact KEY = fact();

  private final ManualClock clock = new ManualClock();
  private final Table table = new Table();
  private final Revocations revocations = new Revocations(table, clock);
  private final Instant issued = clock.instant().minusSeconds(60);
  private final Principal alice = token("alice", Optional.of("t-1"), Optional.of(issued));

  /** The table, and how often it was asked. */
  private static final class Table implements AccessFacts {
    private final Map<String, Fact> facts = new HashMap<>();
    private boolean away;
    private int reads;

    @Override
    public Reading read(List<String> ids) {
      reads++;
      if (away) {
        return new Reading.Unavailable("down");
      }
      Map<String, Fact> found = new HashMap<>(facts);
      found.keySet().retainAll(ids);
      return new Reading.Known(found);
    }
  }

  @Test
  void whoeverIsNotNamedIsValid() {
    table.facts.put("revoked:" + AccessIds.ofToken(ISSUER, "t-2"), fact());
    table.facts.put("revoked:" + AccessIds.ofToken("https://other.example", "t-1"), fact());
    table.facts.put("revoked:" + AccessIds.ofSubject("https://other.example", "alice"), fact());
    assertThat(standing(alice)).isEqualTo(new Valid());
  }

  @Test
  void aRevokedTokenIsRevokedAndTheSubjectsOthersAreNot() {
    table.facts.put("revoked:" + AccessIds.ofToken(ISSUER, "t-1"), fact());
    assertThat(standing(alice)).isInstanceOf(Revoked.class);
    assertThat(standing(token("alice", Optional.of("t-2"), Optional.of(issued))))
        .isEqualTo(new Valid());
  }

  @Test
  void aSubjectsTokensAreRevokedThatWereIssuedBefore() {
    String id = "revoked:" + AccessIds.ofSubject(ISSUER, "alice");
    table.facts.put(id, before(issued));
    assertThat(standing(alice)).isEqualTo(new Valid());
    assertThat(standing(token("alice", Optional.empty(), Optional.of(issued.minusSeconds(1)))))
        .isInstanceOf(Revoked.class);
    assertThat(standing(token("bob", Optional.empty(), Optional.of(issued.minusSeconds(1)))))
        .isEqualTo(new Valid());
  }

  @Test
  void aTokenThatDoesNotSayWhenItWasIssuedIsRevokedWithItsSubject() {
    table.facts.put("revoked:" + AccessIds.ofSubject(ISSUER, "alice"), before(issued));
    assertThat(standing(token("alice", Optional.of("t-1"), Optional.empty())))
        .isInstanceOf(Revoked.class);
  }

  @Test
  void aRevocationThatIsOverIsNoneThoughItIsStillThere() {
    Instant end = clock.instant().plusSeconds(5);
    table.facts.put(
        "revoked:" + AccessIds.ofToken(ISSUER, "t-1"),
        new Fact(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(end)));
    assertThat(standing(alice)).isInstanceOf(Revoked.class);
    clock.advance(Duration.ofSeconds(5));
    assertThat(standing(alice)).isEqualTo(new Valid());
  }

  @Test
  void anApiKeyIsWhatItsRecordSays() {
    assertThat(standing(key("k1"))).isInstanceOf(Revoked.class);
    table.facts.put("key:k2", KEY);
    assertThat(standing(key("k2"))).isEqualTo(new Valid());
    table.facts.put(
        "key:k3",
        new Fact(
            Optional.of(clock.instant()), Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(standing(key("k3"))).isInstanceOf(Revoked.class);
    table.facts.put("key:k4", KEY);
    table.facts.put("revoked:" + AccessIds.ofKey("k4"), fact());
    assertThat(standing(key("k4"))).isInstanceOf(Revoked.class);
  }

  @Test
  void anApiKeyEndsWhenItsRecordSaysAlsoBetweenTwoReadings() {
    Instant end = clock.instant().plusSeconds(5);
    table.facts.put(
        "key:k1", new Fact(Optional.empty(), Optional.of(end), Optional.empty(), Optional.empty()));
    assertThat(standing(key("k1"))).isEqualTo(new Valid());
    clock.advance(Duration.ofSeconds(5));
    assertThat(standing(key("k1"))).isInstanceOf(Revoked.class);
    assertThat(table.reads).isEqualTo(1);
  }

  @Test
  void theTableIsAskedOnceInTenSecondsPerCaller() {
    for (int i = 0; i < 100; i++) {
      standing(alice);
    }
    assertThat(table.reads).isEqualTo(1);
    standing(token("bob", Optional.empty(), Optional.empty()));
    assertThat(table.reads).isEqualTo(2);
  }

  @Test
  void aRevocationHoldsAfterTenSecondsAtTheLatest() {
    assertThat(standing(alice)).isEqualTo(new Valid());
    table.facts.put("revoked:" + AccessIds.ofToken(ISSUER, "t-1"), fact());
    clock.advance(Duration.ofSeconds(10));
    assertThat(standing(alice)).isInstanceOf(Revoked.class);
  }

  @Test
  void whileTheTableIsAwayTheLastAnswerServesForFiveMinutes() {
    Principal bob = token("bob", Optional.of("t-9"), Optional.of(issued));
    table.facts.put("revoked:" + AccessIds.ofToken(ISSUER, "t-9"), fact());
    standing(alice);
    standing(bob);
    table.away = true;
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(standing(alice)).isEqualTo(new Valid());
    assertThat(standing(bob)).isInstanceOf(Revoked.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(standing(alice)).isInstanceOf(Unknown.class);
    table.away = false;
    clock.advance(Duration.ofSeconds(1));
    assertThat(standing(alice)).isEqualTo(new Valid());
  }

  @Test
  void nothingIsKnownOfWhomTheTableWasNeverAskedAbout() {
    table.away = true;
    assertThat(standing(alice)).isEqualTo(new Unknown("down"));
  }

  @Test
  void afterAFailureNobodyWaitsForAnotherOneForASecond() {
    table.away = true;
    for (int i = 0; i < 100; i++) {
      standing(token("user-" + i, Optional.empty(), Optional.empty()));
    }
    assertThat(table.reads).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    standing(alice);
    assertThat(table.reads).isEqualTo(2);
  }

  @Test
  void aClockThatWentBackBelievesNothing() {
    standing(alice);
    clock.advance(Duration.ofSeconds(-1));
    standing(alice);
    assertThat(table.reads).isEqualTo(2);
  }

  private Standing standing(Principal caller) {
    return revocations.of(caller);
  }

  private static Fact fact() {
    return new Fact(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Fact before(Instant bound) {
    return new Fact(Optional.empty(), Optional.empty(), Optional.of(bound), Optional.empty());
  }

  private static Principal token(String subject, Optional<String> jti, Optional<Instant> issued) {
    return principal(CredentialKind.JWT, ISSUER, subject, jti, issued);
  }

  private static Principal key(String id) {
    return principal(CredentialKind.API_KEY, "", "orders", Optional.of(id), Optional.empty());
  }

  private static Principal principal(
      CredentialKind kind,
      String issuer,
      String subject,
      Optional<String> credential,
      Optional<Instant> issued) {
    return new Principal(
        kind,
        issuer,
        subject,
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        credential,
        issued,
        Optional.empty());
  }
}
