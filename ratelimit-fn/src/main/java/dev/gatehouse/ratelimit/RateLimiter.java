package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a request, decided together: all are spent, or none.
 *
 * <p>The limits of one principal are in one hash slot and are decided by one script call; those of
 * several slots (a user's and an address's) leave in one flush, and where one refuses, the others
 * get back what they had spent. Limits whose slot does not answer are decided as each of them says:
 * allowed, denied, or counted here with this environment's share.
 */
public final class RateLimiter {
  /**
   * How many environments are expected to share a limit while Redis is away: the burst of requests
   * that a region starts environments for within a second is far above it, so the bound is kept for
   * ordinary fleets (protocols.md section 2, "Without Redis").
   */
  public static final int ENVIRONMENTS = 10;

  private final Buckets store;
  private final Buckets local;
  private final int environments;

  /**
   * A limiter over Redis.
   *
   * @param environments how many environments share a limit while Redis is away: each admits that
   *     part of it
   * @param clock for what is counted here; Redis has its own
   */
  public RateLimiter(Redis redis, int environments, InstantSource clock) {
    this(RedisBuckets.in(redis), new InMemoryBuckets(clock), environments);
  }

  RateLimiter(Buckets store, Buckets local, int environments) {
    this.store = store;
    this.local = local;
    this.environments = environments;
  }

  /** A decision on its way. */
  @FunctionalInterface
  public interface Asked {
    /** The decision, the same each time. */
    Decision decision();
  }

  /** Decides in a round trip of its own. */
  public Decision decide(List<Limit> limits, Caller caller) {
    return ask(store, limits, caller).decision();
  }

  /** Asks in a flush that others use as well; the decision sends it, unless it has left. */
  public Asked ask(RedisFlush flush, List<Limit> limits, Caller caller) {
    return ask(store.joining(flush), limits, caller);
  }

  /**
   * Whether the next request of this caller would be refused; nothing is spent. A limit in shadow
   * refuses nobody.
   */
  public boolean exhausted(Limit limit, Caller caller) {
    if (limit.shadow() || !applies(limit.when(), caller)) {
      return false;
    }
    Decision decision = look(List.of(limit), caller);
    return decision instanceof Decision.Refused
        || decision.quotas().stream().anyMatch(quota -> quota.remaining() == 0);
  }

  /**
   * Decides what has been looked up already: conditions are not looked at.
   *
   * @param metered of different keys
   */
  Decision decide(List<Metered> metered) {
    return ask(store, metered).decision();
  }

  /** Where a caller stands with the limits that apply to it; nothing is spent. */
  Decision look(List<Limit> limits, Caller caller) {
    return decide(metered(limits, caller).stream().map(Metered::lookedAt).toList());
  }

  private Asked ask(Buckets asked, List<Limit> limits, Caller caller) {
    return ask(asked, metered(limits, caller));
  }

  private static List<Metered> metered(List<Limit> limits, Caller caller) {
    List<Metered> metered = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      if (applies(limit.when(), caller)) {
        metered.add(Metered.of(limit, LimitKey.of(limit, caller)));
      }
    }
    return metered;
  }

  private Asked ask(Buckets asked, List<Metered> all) {
    if (all.isEmpty()) {
      return () -> new Decision.Admitted(List.of(), List.of());
    }
    List<List<Metered>> groups = groups(all);
    List<List<Demand>> demands = new ArrayList<>(groups.size());
    for (List<Metered> group : groups) {
      demands.add(Metered.demands(group));
    }
    return new PendingDecision(all, groups, asked.ask(demands), store, local, environments);
  }

  /** Those of each hash slot. */
  private static List<List<Metered>> groups(List<Metered> all) {
    if (all.size() == 1) {
      return List.of(all);
    }
    Map<String, List<Metered>> slots = new LinkedHashMap<>();
    for (Metered one : all) {
      slots.computeIfAbsent(LimitKey.tag(one.demand().key()), _ -> new ArrayList<>()).add(one);
    }
    return List.copyOf(slots.values());
  }

  private static boolean applies(Limit.When when, Caller caller) {
    return when.tier().map(tier -> caller.tier().filter(tier::equals).isPresent()).orElse(true)
        && when.role().map(caller.roles()::contains).orElse(true)
        && switch (when.caller()) {
          case OR_NOT -> true;
          case ANONYMOUS -> caller.user().isEmpty();
          case SIGNED_IN -> caller.user().isPresent();
        };
  }
}
