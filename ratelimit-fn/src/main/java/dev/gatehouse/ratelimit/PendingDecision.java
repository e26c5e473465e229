package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.WithoutRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One decision, made of the rulings on its hash slots, and of what each limit without one says.
 *
 * <p>The local share is asked last, and only where nothing else refuses; so only Redis ever gives
 * back.
 */
final class PendingDecision implements RateLimiter.Asked {
  /** A denial without Redis may change when Redis is next asked, which is the breaker's pause. */
  private static final Duration DENIAL = Duration.ofSeconds(1);

  private final List<Metered> all;
  private final List<List<Metered>> groups;
  private final Buckets.Question question;
  private final Buckets store;
  private final Buckets local;
  private final int environments;
  private @Nullable Decision decision;

  /**
   * A decision about these groups.
   *
   * @param all of them, in the order of the request's limits
   * @param question asks the store about them, in the same order
   */
  PendingDecision(
      List<Metered> all,
      List<List<Metered>> groups,
      Buckets.Question question,
      Buckets store,
      Buckets local,
      int environments) {
    this.all = all;
    this.groups = groups;
    this.question = question;
    this.store = store;
    this.local = local;
    this.environments = environments;
  }

  @Override
  public Decision decision() {
    if (decision == null) {
      decision = decide();
    }
    return decision;
  }

  private Decision decide() {
    List<Ruling> rulings = new ArrayList<>();
    List<Metered> unanswered = new ArrayList<>();
    List<Optional<Verdict>> verdicts = question.verdicts();
    for (int i = 0; i < groups.size(); i++) {
      List<Metered> group = groups.get(i);
      verdicts
          .get(i)
          .ifPresentOrElse(
              verdict -> rulings.add(new Ruling(group, verdict, false)),
              () -> unanswered.addAll(group));
    }
    if (unanswered.isEmpty() && admitted(rulings)) {
      return new Decision.Admitted(quotas(rulings), List.of());
    }
    List<Limit> degraded = unanswered.stream().map(Metered::limit).toList();
    Optional<Limit> denied = degraded.stream().filter(PendingDecision::denies).findFirst();
    if (denied.isEmpty() && admitted(rulings)) {
      rulings.addAll(locally(unanswered));
    }
    return denied.isEmpty() && admitted(rulings)
        ? new Decision.Admitted(quotas(rulings), degraded)
        : refusal(undo(rulings), denied, degraded);
  }

  private static boolean admitted(List<Ruling> rulings) {
    for (Ruling ruling : rulings) {
      if (!ruling.admitted()) {
        return false;
      }
    }
    return true;
  }

  private static boolean denies(Limit limit) {
    return limit.withoutRedis() == WithoutRedis.DENY && !limit.shadow();
  }

  private List<Ruling> locally(List<Metered> unanswered) {
    List<Metered> shares =
        unanswered.stream()
            .filter(metered -> metered.limit().withoutRedis() == WithoutRedis.LOCAL)
            .map(metered -> metered.share(environments))
            .toList();
    if (shares.isEmpty()) {
      return List.of();
    }
    return local.ask(List.of(Metered.demands(shares))).verdicts().stream()
        .flatMap(Optional::stream)
        .map(verdict -> new Ruling(shares, verdict, true))
        .toList();
  }

  /** Gives back what admitting rulings have spent, and shows what that leaves. */
  private List<Ruling> undo(List<Ruling> rulings) {
    List<Ruling> spent = rulings.stream().filter(Ruling::admitted).toList();
    if (spent.isEmpty()) {
      return rulings;
    }
    List<Ruling> all = new ArrayList<>(rulings.stream().filter(r -> !r.admitted()).toList());
    List<Optional<Verdict>> given =
        store.ask(spent.stream().map(Ruling::givenBack).toList()).verdicts();
    for (int i = 0; i < spent.size(); i++) {
      Ruling ruling = spent.get(i);
      all.add(given.get(i).map(ruling::after).orElse(ruling));
    }
    return all;
  }

  private Decision refusal(List<Ruling> rulings, Optional<Limit> denied, List<Limit> degraded) {
    List<Quota> quotas = quotas(rulings);
    Stream<Decision.Refused> refusals =
        Stream.concat(
            quotas.stream()
                .filter(quota -> !quota.passed() && !quota.limit().shadow())
                .map(q -> new Decision.Refused(q.limit(), q.retryAfter(), quotas, degraded)),
            denied.stream().map(limit -> new Decision.Refused(limit, DENIAL, quotas, degraded)));
    return refusals.max(Comparator.comparing(Decision.Refused::retryAfter)).orElseThrow();
  }

  /** In the order of the request's limits. */
  private List<Quota> quotas(List<Ruling> rulings) {
    if (rulings.size() == 1) {
      return rulings.getFirst().quotas();
    }
    List<Quota> quotas = new ArrayList<>(all.size());
    rulings.forEach(ruling -> quotas.addAll(ruling.quotas()));
    List<String> order = all.stream().map(one -> one.demand().key()).toList();
    quotas.sort(Comparator.comparingInt(quota -> order.indexOf(quota.key())));
    return quotas;
  }
}
