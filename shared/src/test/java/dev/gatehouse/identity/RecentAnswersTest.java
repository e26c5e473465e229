package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final Duration AGE = Duration.ofSeconds(10);

  private final RecentAnswers<String> answers = new RecentAnswers<>(3);

  @Test
  void anAnswerIsBelievedUntilItIsTooOld() {
    answers.keep("a", "1", NOW);
    assertThat(answers.youngerThan(AGE, "a", NOW)).contains("1");
    assertThat(answers.youngerThan(AGE, "a", NOW.plus(AGE).minusNanos(1))).contains("1");
    assertThat(answers.youngerThan(AGE, "a", NOW.plus(AGE))).isEmpty();
    assertThat(answers.youngerThan(AGE, "b", NOW)).isEmpty();
  }

  @Test
  void anAnswerFromTheFutureIsNotBelieved() {
    answers.keep("a", "1", NOW);
    assertThat(answers.youngerThan(AGE, "a", NOW.minusNanos(1))).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() {
    answers.keep("a", "1", NOW);
    answers.keep("b", "2", NOW);
    answers.keep("c", "3", NOW);
    answers.youngerThan(AGE, "a", NOW);
    answers.keep("d", "4", NOW);
    assertThat(answers.size()).isEqualTo(3);
    assertThat(answers.youngerThan(AGE, "b", NOW)).isEmpty();
    assertThat(answers.youngerThan(AGE, "a", NOW)).contains("1");
  }

  @Test
  void whatIsForgottenIsGone() {
    answers.keep("a", "1", NOW);
    answers.forget("a");
    assertThat(answers.youngerThan(AGE, "a", NOW)).isEmpty();
  }
}
