package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
  @Test
  void itBeginsWithAFew() {
    assertThat(taken(new RetryBudget(20), 100)).isEqualTo(RetryBudget.LEAST);
  }

  @Test
  void aShareOfTheRequestsThatDidNotFailIsAdded() {
    RetryBudget budget = new RetryBudget(20);
    taken(budget, 3);
    for (int i = 0; i < 9; i++) {
      budget.earn();
    }
    assertThat(taken(budget, 100)).isEqualTo(1);
    budget.earn();
    assertThat(taken(budget, 100)).isEqualTo(1);
  }

  @Test
  void whatIsSavedIsBounded() {
    RetryBudget budget = new RetryBudget(20);
    for (int i = 0; i < 10_000; i++) {
      budget.earn();
    }
    assertThat(taken(budget, 100)).isEqualTo(RetryBudget.MOST);
  }

  @Test
  void aShareOfZeroIsNone() {
    RetryBudget budget = new RetryBudget(0);
    budget.earn();
    assertThat(taken(budget, 1)).isZero();
  }

  private static int taken(RetryBudget budget, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += budget.take() ? 1 : 0;
    }
    return taken;
  }
}
