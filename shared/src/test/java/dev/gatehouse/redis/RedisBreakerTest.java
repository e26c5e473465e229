package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisBreakerTest {
  private final ManualClock clock = new ManualClock();
  private final RedisBreaker breaker = new RedisBreaker(clock);

  @Test
  void twoFailuresLeaveItClosed() {
    fail(2);
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void threeFailuresWithinFiveSecondsOpenIt() {
    fail(1);
    clock.advance(Duration.ofMillis(2500));
    fail(1);
    clock.advance(Duration.ofMillis(2500));
    assertThat(breaker.failed()).isTrue();
    assertThat(breaker.permits()).isFalse();
  }

  @Test
  void failuresFurtherApartDoNot() {
    for (int i = 0; i < 10; i++) {
      assertThat(breaker.failed()).isFalse();
      clock.advance(Duration.ofMillis(2501));
    }
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void aSuccessForgetsFailures() {
    fail(2);
    breaker.succeeded();
    fail(2);
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void itLetsOneCallThroughPerSecond() {
    fail(3);
    clock.advance(Duration.ofMillis(999));
    assertThat(breaker.permits()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(breaker.permits()).isTrue();
    assertThat(breaker.permits()).isFalse();
    breaker.failed();
    clock.advance(Duration.ofMillis(999));
    assertThat(breaker.permits()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void theCallThatComesThroughClosesItBySucceeding() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    assertThat(breaker.permits()).isTrue();
    breaker.succeeded();
    assertThat(breaker.permits()).isTrue();
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void aClockThatJumpsBackDoesNotKeepItOpen() {
    fail(3);
    clock.advance(Duration.ofHours(-1));
    assertThat(breaker.permits()).isTrue();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }
}
