package dev.gatehouse.authorizer;

import dev.gatehouse.identity.RecentAnswers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The keys of the table, as they were at most {@link #AGE} ago.
 *
 * <p>Keys that are there and ids that are not are kept apart, so no flood of made-up ids pushes a
 * key out. Ids without a seal may cost {@link #BUDGET} reads a second together; beyond that they
 * have no answer, while ids that were given out still have theirs. After a failure nobody asks for
 * {@link #SILENCE}.
 */
final class HeldApiKeys {
  static final Duration AGE = Duration.ofSeconds(10);
  static final Duration SILENCE = Duration.ofSeconds(1);
  static final int BUDGET = 20;

  private static final Duration DAY = Duration.ofDays(1);

  /** A key takes about 1 KB. */
  static final int MOST = 2_000;

  private final ApiKeys keys;
  private final InstantSource clock;
  private final RecentAnswers<ApiKey> known = new RecentAnswers<>(MOST);
  private final RecentAnswers<Boolean> unknown = new RecentAnswers<>(MOST);
  private final RecentAnswers<Boolean> noted = new RecentAnswers<>(MOST);
  private volatile Instant failedAt = Instant.MIN;
  private long budgetSecond;
  private int spent;

  HeldApiKeys(ApiKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The key with this id.
   *
   * @param sealed whether the id may have been given out
   */
  Stored<Optional<ApiKey>> find(String id, boolean sealed) {
    Instant now = clock.instant();
    Optional<ApiKey> held = known.youngerThan(AGE, id, now);
    if (held.isPresent()) {
      return new Stored.Answered<>(held);
    }
    if (unknown.youngerThan(AGE, id, now).isPresent()) {
      return new Stored.Answered<>(Optional.empty());
    }
    if (!now.isBefore(failedAt) && failedAt.isAfter(now.minus(SILENCE))) {
      return new Stored.Unavailable<>("not asked again yet");
    }
    if (!sealed && !spend(now)) {
      return new Stored.Unavailable<>("too many unknown ids");
    }
    return read(id, now);
  }

  /** Notes a use, once a day and environment; a failure is no reason to refuse anyone. */
  void used(ApiKey key) {
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    boolean written = key.lastUsed().filter(day -> !day.isBefore(today)).isPresent();
    String use = key.id() + " " + today;
    if (!written && noted.youngerThan(DAY, use, now).isEmpty()) {
      noted.keep(use, true, now);
      keys.used(key.id(), today);
    }
  }

  private Stored<Optional<ApiKey>> read(String id, Instant now) {
    Stored<Optional<ApiKey>> answer = keys.find(id);
    switch (answer) {
      case Stored.Answered<Optional<ApiKey>>(Optional<ApiKey> key) ->
          key.ifPresentOrElse(
              found -> known.keep(id, found, now), () -> unknown.keep(id, true, now));
      case Stored.Unavailable<Optional<ApiKey>> _ -> failedAt = clock.instant();
    }
    return answer;
  }

  private synchronized boolean spend(Instant now) {
    if (now.getEpochSecond() != budgetSecond) {
      budgetSecond = now.getEpochSecond();
      spent = 0;
    }
    return spent++ < BUDGET;
  }
}
