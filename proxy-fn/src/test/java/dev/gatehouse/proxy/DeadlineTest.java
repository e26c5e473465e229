package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {
  private static final long NOW = 1_000_000_000_000L;

  @Test
  void theRoutesTimeoutCountsWhileTheFunctionHasMore() {
    assertThat(remaining(Duration.ofSeconds(2), Duration.ofSeconds(29)))
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aSecondOfTheFunctionsTimeIsKeptForTheAnswer() {
    assertThat(remaining(Duration.ofSeconds(20), Duration.ofSeconds(10)))
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void nothingTakesLongerThanTwentySevenSeconds() {
    assertThat(remaining(Duration.ofMinutes(5), Duration.ofMinutes(5)))
        .isEqualTo(Duration.ofSeconds(27));
  }

  @Test
  void aPassedDeadlineLeavesNothing() {
    assertThat(remaining(Duration.ofSeconds(2), Duration.ofMillis(400))).isZero();
    Deadline deadline = Deadline.of(Duration.ofSeconds(2), Duration.ofSeconds(29), NOW);
    assertThat(deadline.remaining(NOW + Duration.ofSeconds(3).toNanos())).isZero();
  }

  private static Duration remaining(Duration timeout, Duration function) {
    return Deadline.of(timeout, function, NOW).remaining(NOW);
  }
}
