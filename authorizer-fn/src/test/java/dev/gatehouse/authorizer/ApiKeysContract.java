package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of API keys does. */
abstract class ApiKeysContract {
  private static final Instant NOW = ManualClock.START;
  private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

  private final World world = new World();

  abstract ApiKeys keys();

  @Test
  void aKeyIsFoundAsItWasAdded() {
    ApiKey bare = bare();
    ApiKey full = full();
    assertThat(value(keys().add(bare))).isTrue();
    assertThat(value(keys().add(full))).isTrue();
    assertThat(value(keys().find(bare.id()))).contains(bare);
    assertThat(value(keys().find(full.id()))).contains(full);
    assertThat(value(keys().find(bare().id()))).isEmpty();
  }

  @Test
  void anIdIsTakenOnce() {
    ApiKey key = added();
    assertThat(value(keys().add(key))).isFalse();
  }

  @Test
  void aRevokedKeyStaysRevokedSinceTheFirstTime() {
    ApiKey key = added();
    assertThat(value(keys().revoke(key.id(), NOW)).flatMap(ApiKey::revokedAt)).contains(NOW);
    assertThat(value(keys().revoke(key.id(), NOW.plusSeconds(9))).flatMap(ApiKey::revokedAt))
        .contains(NOW);
    assertThat(value(keys().find(key.id())).orElseThrow().alive(NOW)).isFalse();
    assertThat(value(keys().find(key.id())).orElseThrow().digest()).isEqualTo(key.digest());
    assertThat(value(keys().revoke(bare().id(), NOW))).isEmpty();
  }

  @Test
  void rotationEndsTheOldKeyAndAddsTheNewOne() {
    ApiKey old = added();
    ApiKey successor = successor(old);
    Instant end = NOW.plusSeconds(60);
    assertThat(value(keys().replace(old, end, successor, NOW))).isTrue();
    assertThat(value(keys().find(successor.id()))).contains(successor);
    ApiKey ended = value(keys().find(old.id())).orElseThrow();
    assertThat(ended.endsAt()).contains(end);
    assertThat(ended.owner()).isEqualTo(old.owner());
    assertThat(ended.alive(end)).isFalse();
  }

  @Test
  void whatHasEndedOrWasRevokedIsNotRotatedAndNothingIsAdded() {
    ApiKey revoked = added();
    keys().revoke(revoked.id(), NOW);
    ApiKey ended = added();
    keys().replace(ended, NOW, successor(ended), NOW.minusSeconds(1));
    for (ApiKey old : List.of(revoked, ended, bare())) {
      ApiKey successor = successor(old);
      assertThat(value(keys().replace(old, NOW.plusSeconds(60), successor, NOW))).isFalse();
      assertThat(value(keys().find(successor.id()))).isEmpty();
    }
  }

  @Test
  void aDayOfUseIsWrittenOnceAndNeverBackwards() {
    ApiKey key = added();
    assertThat(value(keys().used(key.id(), TODAY))).isTrue();
    assertThat(value(keys().used(key.id(), TODAY))).isFalse();
    assertThat(value(keys().used(key.id(), TODAY.minusDays(1)))).isFalse();
    assertThat(value(keys().find(key.id())).flatMap(ApiKey::lastUsed)).contains(TODAY);
    assertThat(value(keys().used(bare().id(), TODAY))).isFalse();
  }

  @Test
  void theListHoldsEveryKeyOnceWhateverThePages() {
    Set<String> added = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      added.add(added().id());
    }
    Set<String> listed = new HashSet<>();
    Optional<String> after = Optional.empty();
    do {
      Page<ApiKey> page = value(keys().list(3, after));
      assertThat(page.items().size()).isLessThanOrEqualTo(3);
      page.items().forEach(key -> assertThat(listed.add(key.id())).isTrue());
      after = page.next();
    } while (after.isPresent());
    assertThat(listed).containsAll(added);
  }

  static <T> T value(Stored<T> stored) {
    return switch (stored) {
      case Stored.Answered<T>(T value) -> value;
      case Stored.Unavailable<T>(String reason) -> throw new AssertionError(reason);
    };
  }

  private ApiKey added() {
    ApiKey key = full();
    keys().add(key);
    return key;
  }

  private ApiKey full() {
    return world.key(World.PEPPER.mint(new SecureRandom()));
  }

  private ApiKey bare() {
    ApiKey key = full();
    return new ApiKey(
        key.id(),
        key.digest(),
        "o",
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        NOW,
        Optional.of(NOW.plus(Duration.ofDays(1))),
        Optional.of("x"),
        Optional.empty(),
        Optional.empty());
  }

  private ApiKey successor(ApiKey old) {
    ApiKeyText text = World.PEPPER.mint(new SecureRandom());
    return old.successor(text.id(), World.PEPPER.digest(text), NOW, Optional.empty());
  }
}
