package dev.gatehouse.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InMemoryBucketsTest extends BucketsContract {
  private final ManualClock clock = new ManualClock();
  private final Buckets buckets = new InMemoryBuckets(clock);

  @Override
  Buckets buckets() {
    return buckets;
  }

  @Override
  void pass(Duration duration) {
    clock.advance(duration);
  }

  @Test
  void onlyTheKeysUsedLongestAgoAreForgotten() {
    Meter meter = TokenBucket.of(1, 1_000_000_000, 1);
    Demand kept = Demand.of("kept", meter, 1, true);
    ask(kept);
    for (int i = 0; i < 20_000; i++) {
      ask(Demand.of("other " + i, meter, 1, true));
      assertThat(ask(kept).admitted()).isFalse();
    }
    assertThat(ask(Demand.of("other 0", meter, 1, true)).admitted()).isTrue();
  }

  @Test
  void aWindowThatRolledGivesBackWhereTheCostWas() {
    Meter meter = new SlidingWindow(10, 1_000);
    Demand demand = Demand.of("w", meter, 4, true);
    pass(Duration.ofMillis(900));
    Level taken = ask(demand).standings().getFirst().level();
    pass(Duration.ofMillis(200));
    ask(demand);
    ask(demand.givenBack(taken));
    assertThat(ask(demand.lookedAt()).standings().getFirst().level())
        .isEqualTo(new Level(0, 4, 100));
  }
}
