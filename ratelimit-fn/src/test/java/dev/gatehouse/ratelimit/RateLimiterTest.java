package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.config.Limit.Known;
import dev.gatehouse.config.Limit.When;
import dev.gatehouse.config.Limit.WithoutRedis;
import dev.gatehouse.ratelimit.Decision.Admitted;
import dev.gatehouse.ratelimit.Decision.Refused;
import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final Caller ALICE = Limits.user("alice", "192.0.2.1");
  private static final Caller BOB = Limits.user("bob", "192.0.2.1");

  private final ManualClock clock = new ManualClock();
  private final RateLimiter limiter =
      new RateLimiter(new InMemoryBuckets(clock), new InMemoryBuckets(clock), 4);

  private final RateLimiter alone = alone();

  @Test
  void withoutLimitsEverythingIsAdmitted() {
    assertThat(limiter.decide(List.of(), ALICE)).isEqualTo(new Admitted(List.of(), List.of()));
  }

  @Test
  void theLimitWithTheLongestWaitRefuses() {
    Limit second = Limits.bucket("second", Fact.USER, 1, Duration.ofSeconds(1), 1);
    Limit hour = Limits.bucket("hour", Fact.USER, 1, Duration.ofHours(1), 1);
    limiter.decide(List.of(second, hour), ALICE);
    assertThat(limiter.decide(List.of(second, hour), ALICE))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.refusedBy()).isEqualTo(hour);
              assertThat(refused.retryAfter()).isEqualTo(Duration.ofHours(1));
              assertThat(refused.quotas()).extracting(Quota::limit).containsExactly(second, hour);
            });
  }

  @Test
  void aRefusalByAnotherSlotCostsNothing() {
    Limit user = Limits.still("user", Fact.USER, 10);
    Limit address = Limits.still("address", Fact.IP, 1);
    limiter.decide(List.of(user, address), BOB);
    for (int i = 0; i < 5; i++) {
      Decision decision = limiter.decide(List.of(user, address), ALICE);
      assertThat(decision).isInstanceOf(Refused.class);
      assertThat(decision.quotas()).extracting(Quota::remaining).containsExactly(10L, 0L);
    }
    assertThat(limiter.decide(List.of(user), ALICE).quotas().getFirst().remaining()).isEqualTo(9);
  }

  @Test
  void lookingTellsWhatIsLeftAndSpendsNothing() {
    Limit failures = Limits.still("failures", Fact.IP, 2);
    for (int i = 0; i < 10; i++) {
      assertThat(limiter.exhausted(failures, ALICE)).isFalse();
    }
    limiter.decide(List.of(failures), ALICE);
    assertThat(limiter.exhausted(failures, ALICE)).isFalse();
    limiter.decide(List.of(failures), ALICE);
    assertThat(limiter.exhausted(failures, ALICE)).isTrue();
    assertThat(limiter.exhausted(Limits.shadow(failures), ALICE)).isFalse();
    assertThat(limiter.exhausted(failures, Limits.user("alice", "192.0.2.2"))).isFalse();
  }

  @Test
  void aLookWithoutRedisSpendsNothingEither() {
    Limit failures = Limits.still("failures", Fact.IP, 4);
    for (int i = 0; i < 10; i++) {
      assertThat(alone.exhausted(failures, ALICE)).isFalse();
    }
    alone.decide(List.of(failures), ALICE);
    assertThat(alone.exhausted(failures, ALICE)).isTrue();
    Limit denying = Limits.withoutRedis(WithoutRedis.DENY, failures);
    assertThat(alone.exhausted(denying, BOB)).isTrue();
    Limit allowing = Limits.withoutRedis(WithoutRedis.ALLOW, failures);
    assertThat(alone.exhausted(allowing, BOB)).isFalse();
  }

  @Test
  void aShadowLimitIsCountedAndNeverRefuses() {
    Limit shadow = Limits.shadow(Limits.still("shadow", Fact.USER, 1));
    assertThat(limiter.decide(List.of(shadow), ALICE).quotas().getFirst().passed()).isTrue();
    Decision second = limiter.decide(List.of(shadow), ALICE);
    assertThat(second).isInstanceOf(Admitted.class);
    assertThat(second.quotas().getFirst().passed()).isFalse();
  }

  @Test
  void aLimitAppliesOnlyWhenItsConditionHolds() {
    Limit gold =
        Limits.when(
            new When(Optional.of("gold"), Optional.of("buyer"), Known.OR_NOT),
            Limits.still("l", Fact.USER, 1));
    assertThat(limiter.decide(List.of(gold), as("gold", "seller")).quotas()).isEmpty();
    assertThat(limiter.decide(List.of(gold), as("silver", "buyer")).quotas()).isEmpty();
    assertThat(limiter.decide(List.of(gold), ALICE).quotas()).isEmpty();
    assertThat(limiter.decide(List.of(gold), as("gold", "buyer")).quotas()).hasSize(1);
  }

  @Test
  void aLimitMayBeOfStrangersOrOfThoseWhoAreKnown() {
    Limit strangers = Limits.when(caller(Known.ANONYMOUS), Limits.still("a", Fact.IP, 1));
    Limit known = Limits.when(caller(Known.SIGNED_IN), Limits.still("s", Fact.USER, 2));
    Caller stranger = Caller.anonymous("192.0.2.1", "GET /");
    List<Limit> both = List.of(strangers, known);
    assertThat(limiter.decide(both, stranger).quotas())
        .extracting(quota -> quota.limit().name())
        .containsExactly("a");
    assertThat(limiter.decide(both, ALICE).quotas())
        .extracting(quota -> quota.limit().name())
        .containsExactly("s");
    assertThat(limiter.decide(both, stranger)).isInstanceOf(Refused.class);
    assertThat(limiter.decide(both, ALICE)).isInstanceOf(Admitted.class);
  }

  private static When caller(Known known) {
    return new When(Optional.empty(), Optional.empty(), known);
  }

  @Test
  void quotasCountRequestsNotTokens() {
    Limit limit = Limits.costing(3, Limits.still("l", Fact.USER, 10));
    Quota quota = limiter.decide(List.of(limit), ALICE).quotas().getFirst();
    assertThat(quota.capacity()).isEqualTo(3);
    assertThat(quota.remaining()).isEqualTo(2);
  }

  @Test
  void withoutTheStoreEachLimitDoesAsItSays() {
    Limit allow = Limits.withoutRedis(WithoutRedis.ALLOW, Limits.still("allow", Fact.USER, 1));
    Limit deny = Limits.withoutRedis(WithoutRedis.DENY, Limits.still("deny", Fact.USER, 1));
    Limit local = Limits.still("local", Fact.USER, 8);
    for (int i = 0; i < 3; i++) {
      assertThat(alone.decide(List.of(allow), ALICE))
          .isEqualTo(new Admitted(List.of(), List.of(allow)));
    }
    assertThat(alone.decide(List.of(allow, deny), ALICE))
        .isEqualTo(new Refused(deny, Duration.ofSeconds(1), List.of(), List.of(allow, deny)));
    assertThat(alone.decide(List.of(local, deny), ALICE)).isInstanceOf(Refused.class);
    assertThat(alone.decide(List.of(local), ALICE).quotas())
        .extracting(Quota::remaining, Quota::local)
        .containsExactly(tuple(1L, true));
    assertThat(alone.decide(List.of(local), ALICE)).isInstanceOf(Admitted.class);
    assertThat(alone.decide(List.of(local), ALICE))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.degraded()).containsExactly(local));
  }

  @Test
  void environmentsTogetherAdmitWhatOneStoreWould() {
    Limit limit = Limits.bucket("l", Fact.USER, 40, Duration.ofSeconds(1), 20);
    List<RateLimiter> environments = List.of(alone(), alone(), alone(), alone());
    int admitted = 0;
    for (int milli = 0; milli < 10_000; milli++) {
      clock.advance(Duration.ofMillis(1));
      for (RateLimiter environment : environments) {
        admitted += environment.decide(List.of(limit), ALICE) instanceof Admitted ? 1 : 0;
      }
    }
    assertThat(admitted).isBetween(20 + 390, 20 + 400);
  }

  @Test
  void aShadowDeniesNothingWithoutTheStore() {
    Limit deny =
        Limits.shadow(Limits.withoutRedis(WithoutRedis.DENY, Limits.still("l", Fact.USER, 1)));
    assertThat(alone.decide(List.of(deny), ALICE)).isInstanceOf(Admitted.class);
  }

  /** Its store is away. */
  private RateLimiter alone() {
    return new RateLimiter(
        groups -> () -> groups.stream().map(group -> Optional.<Verdict>empty()).toList(),
        new InMemoryBuckets(clock),
        4);
  }

  private static Caller as(String tier, String role) {
    return new Caller(
        ALICE.user(),
        ALICE.address(),
        ALICE.route(),
        Optional.empty(),
        Optional.of(tier),
        Set.of(role),
        ALICE.header(),
        ALICE.claim());
  }
}
