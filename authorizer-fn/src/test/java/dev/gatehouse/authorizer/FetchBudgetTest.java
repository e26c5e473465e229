package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FetchBudgetTest {
  @Property(tries = 500)
  void noTenSecondsSeeTwoAndNoThirtySecondsSeeThree(
      @ForAll @Size(max = 200) List<@IntRange(max = 20_000) Integer> steps) {
    FetchBudget budget = new FetchBudget();
    Instant now = Instant.EPOCH;
    List<Instant> spent = new ArrayList<>();
    for (int step : steps) {
      now = now.plusMillis(step);
      if (budget.spend(now)) {
        spent.add(now);
      }
    }
    for (int i = 1; i < spent.size(); i++) {
      assertThat(Duration.between(spent.get(i - 1), spent.get(i)))
          .isGreaterThanOrEqualTo(FetchBudget.GAP);
      if (i > 1) {
        assertThat(Duration.between(spent.get(i - 2), spent.get(i)))
            .isGreaterThanOrEqualTo(FetchBudget.WINDOW);
      }
    }
  }

  @Property(tries = 200)
  void nobodyWaitsLongerThanTwentySeconds(
      @ForAll @Size(max = 100) List<@IntRange(max = 5_000) Integer> steps) {
    FetchBudget budget = new FetchBudget();
    Instant now = Instant.EPOCH;
    for (int step : steps) {
      now = now.plusMillis(step);
      budget.spend(now);
    }
    assertThat(budget.spend(now.plusSeconds(20)) || steps.isEmpty()).isTrue();
  }

  @Property(tries = 50)
  void timeThatRunsBackwardsOpensTheBudget(@ForAll @IntRange(min = 1) int seconds) {
    FetchBudget budget = new FetchBudget();
    Instant now = Instant.EPOCH;
    assertThat(budget.spend(now)).isTrue();
    assertThat(budget.spend(now.minusSeconds(seconds))).isTrue();
  }
}
