package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitKeyTest {
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");

  @Test
  void aKeyIsShortAndShowsNobody() {
    assertThat(key(ALICE, Fact.USER).key()).matches("\\{u:[A-Za-z0-9_-]{16}}l:limit");
    assertThat(key(ALICE, Fact.USER, Fact.ROUTE).key())
        .matches("\\{u:[A-Za-z0-9_-]{16}}l:limit:[A-Za-z0-9_-]{16}");
  }

  @Test
  void allLimitsOfAUserShareATag() {
    assertThat(key(ALICE, Fact.ROUTE, Fact.USER).tag()).isEqualTo(key(ALICE, Fact.USER).tag());
    assertThat(key(ALICE, Fact.IP, Fact.USER).tag()).isEqualTo(key(ALICE, Fact.USER).tag());
    assertThat(key(ALICE, Fact.ROUTE, Fact.IP).tag()).isEqualTo(key(ALICE, Fact.IP).tag());
  }

  @Test
  void anAnonymousCallerCountsByAddress() {
    Caller nobody = Caller.anonymous("192.0.2.1", "GET /things");
    for (Limit.Key by :
        List.of(
            Fact.USER, Fact.API_KEY, new Limit.Key.Header("X-A"), new Limit.Key.Claim("tenant"))) {
      assertThat(key(nobody, by)).isEqualTo(key(nobody, Fact.IP));
    }
    assertThat(key(nobody, Fact.USER)).isNotEqualTo(key(ALICE, Fact.USER));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:0DB8:0001:0002:0000:0000:0000:0001, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::ffff:192.0.2.1, 192.0.2.1, true",
    "unknown, unknown, true",
    "unknown, '', false",
  })
  void anAddressCountsByItsNetwork(String one, String other, boolean same) {
    boolean equal =
        key(Caller.anonymous(one, "r"), Fact.IP).equals(key(Caller.anonymous(other, "r"), Fact.IP));
    assertThat(equal).isEqualTo(same);
  }

  @Test
  void noTwoCallersAreWrittenAlike() {
    assertThat(key(user("a", "bc"), Fact.USER)).isNotEqualTo(key(user("ab", "c"), Fact.USER));
    assertThat(key(user("a", "b"), Fact.USER)).isNotEqualTo(key(user("b", "a"), Fact.USER));
    Function<String, Optional<String>> echo = name -> Optional.of("v");
    Caller named = facts(Optional.of("v"), Optional.of("v"), echo);
    assertThat(
            List.of(
                key(named, Fact.API_KEY),
                key(named, Fact.TIER),
                key(named, new Limit.Key.Header("n")),
                key(named, new Limit.Key.Header("m")),
                key(named, new Limit.Key.Claim("n"))))
        .doesNotHaveDuplicates();
  }

  @Test
  void callersWithoutATierShareItsBucket() {
    assertThat(key(ALICE, Fact.TIER)).isEqualTo(key(user("main", "bob"), Fact.TIER));
    assertThat(key(ALICE, Fact.TIER))
        .isNotEqualTo(
            key(facts(Optional.empty(), Optional.of("gold"), n -> Optional.empty()), Fact.TIER));
  }

  private static LimitKey key(Caller caller, Limit.Key... by) {
    Limit one = Limits.bucket("limit", Fact.USER, 1, Duration.ofSeconds(1), 1);
    return LimitKey.of(
        new Limit(
            one.name(),
            List.of(by),
            one.algorithm(),
            one.cost(),
            one.when(),
            one.shadow(),
            one.withoutRedis()),
        caller);
  }

  private static Caller user(String issuer, String subject) {
    Caller nobody = Caller.anonymous("192.0.2.1", "r");
    return new Caller(
        Optional.of(new Caller.User(issuer, subject)),
        nobody.address(),
        nobody.route(),
        nobody.apiKey(),
        nobody.tier(),
        nobody.roles(),
        nobody.header(),
        nobody.claim());
  }

  private static Caller facts(
      Optional<String> apiKey, Optional<String> tier, Function<String, Optional<String>> named) {
    return new Caller(Optional.empty(), "192.0.2.1", "r", apiKey, tier, Set.of(), named, named);
  }
}
