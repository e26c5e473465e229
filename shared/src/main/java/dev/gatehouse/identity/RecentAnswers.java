package dev.gatehouse.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A store's answers and when they were given: at most so many, the least recently used go first.
 *
 * <p>Ages are of the wall clock, so an answer in a snapshot has aged when it is restored; one from
 * the future is of no age and is not believed.
 *
 * @param <V> an answer
 */
public final class RecentAnswers<V> {
  private final Map<String, Answer<V>> answers;

  private record Answer<V>(V value, Instant givenAt) {}

  /** A memory of at most so many answers. */
  public RecentAnswers(int most) {
    answers =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Answer<V>> eldest) {
            return size() > most;
          }
        };
  }

  /** The answer to this question, if it is younger than that. */
  public synchronized Optional<V> youngerThan(Duration age, String question, Instant now) {
    return Optional.ofNullable(answers.get(question))
        .filter(answer -> !now.isBefore(answer.givenAt()))
        .filter(answer -> now.isBefore(answer.givenAt().plus(age)))
        .map(Answer::value);
  }

  /** Keeps an answer in the place of an earlier one. */
  public synchronized void keep(String question, V value, Instant now) {
    answers.put(question, new Answer<>(value, now));
  }

  /** Forgets the answer to this question. */
  public synchronized void forget(String question) {
    answers.remove(question);
  }

  /** How many answers are kept. */
  public synchronized int size() {
    return answers.size();
  }
}
