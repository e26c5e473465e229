package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.ApiKeysContract.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.Revocation.Target;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of revocations does. */
abstract class RevocationListContract {
  private static final Instant NOW = ManualClock.START;

  abstract RevocationList list();

  @Test
  void everyKindIsListedAsItWasPutAndLiftedOnce() {
    List<Revocation> put =
        List.of(
            of(new Target.Token(World.ISSUER, "t-1"), Optional.empty(), Optional.of(NOW)),
            of(new Target.Subject(World.ISSUER, "alice"), Optional.of(NOW), Optional.of(NOW)),
            of(new Target.Key("k-1"), Optional.empty(), Optional.empty()));
    put.forEach(revocation -> assertThat(value(list().put(revocation))).isTrue());
    Set<Revocation> listed = new HashSet<>();
    Optional<String> after = Optional.empty();
    do {
      Page<Revocation> page = value(list().list(2, after));
      page.items().forEach(revocation -> assertThat(listed.add(revocation)).isTrue());
      after = page.next();
    } while (after.isPresent());
    assertThat(listed).containsExactlyInAnyOrderElementsOf(put);
    for (Revocation revocation : put) {
      assertThat(value(list().lift(revocation.id()))).contains(revocation);
      assertThat(value(list().lift(revocation.id()))).isEmpty();
    }
  }

  @Test
  void anotherOneAboutTheSameTakesItsPlace() {
    Target alice = new Target.Subject(World.ISSUER, "alice");
    list().put(of(alice, Optional.of(NOW), Optional.of(NOW)));
    Revocation later = of(alice, Optional.of(NOW.plusSeconds(1)), Optional.of(NOW));
    list().put(later);
    assertThat(value(list().lift(later.id()))).contains(later);
    assertThat(value(list().list(10, Optional.empty())).items()).isEmpty();
  }

  private static Revocation of(
      Target target, Optional<Instant> issuedBefore, Optional<Instant> expiresAt) {
    return new Revocation(target, issuedBefore, "lost", "root", NOW, expiresAt);
  }
}
