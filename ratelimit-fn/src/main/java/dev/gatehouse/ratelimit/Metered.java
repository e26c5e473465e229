package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import dev.gatehouse.ratelimit.Verdict.Standing;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A limit and what a request asks of it. */
record Metered(Limit limit, Demand demand) {

  static Metered of(Limit limit, LimitKey key) {
    return new Metered(limit, Demand.of(key.key(), Meter.of(limit), limit.cost(), !limit.shadow()));
  }

  /** The same, counted by one of so many environments. */
  Metered share(int environments) {
    Meter share = demand.meter().share(environments, limit.cost());
    return new Metered(limit, Demand.of(demand.key(), share, demand.cost(), demand.enforced()));
  }

  /** The same, spending nothing. */
  Metered lookedAt() {
    return new Metered(limit, demand.lookedAt());
  }

  static List<Demand> demands(List<Metered> group) {
    List<Demand> demands = new ArrayList<>(group.size());
    for (Metered metered : group) {
      demands.add(metered.demand());
    }
    return demands;
  }

  Quota quota(Standing standing, boolean local) {
    Limit counted = standing.override().map(o -> limit.counted(o.algorithm())).orElse(limit);
    Meter meter = standing.override().map(Overridden::meter).orElse(demand.meter());
    int cost = limit.cost();
    return new Quota(
        counted,
        demand.key(),
        standing.passed(),
        meter.capacity() / cost,
        meter.remaining(standing.level()) / cost,
        micros(meter.waitMicros(standing.level(), cost)),
        micros(meter.resetMicros(standing.level())),
        local,
        standing.override().map(Overridden::ends));
  }

  private static Duration micros(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
