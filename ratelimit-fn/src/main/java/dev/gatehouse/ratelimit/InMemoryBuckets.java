package dev.gatehouse.ratelimit;

import dev.gatehouse.ratelimit.Verdict.Standing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits counted in this environment's memory, by its own clock.
 *
 * <p>Of more than {@link #CELLS} keys the one that was used longest ago is forgotten, so memory
 * stays bounded; whoever it was starts with a full bucket.
 */
final class InMemoryBuckets implements Buckets {
  private static final int CELLS = 10_000;

  private final InstantSource clock;
  private final Map<String, Cell> cells = new LeastRecentlyUsed();

  InMemoryBuckets(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Question ask(List<List<Demand>> groups) {
    long now = micros(clock.instant());
    List<Optional<Verdict>> verdicts =
        groups.stream().map(group -> Optional.of(decide(group, now))).toList();
    return () -> verdicts;
  }

  private Verdict decide(List<Demand> group, long now) {
    boolean admitted = group.stream().allMatch(demand -> !demand.enforced() || passes(demand, now));
    List<Standing> standings = new ArrayList<>(group.size());
    for (Demand demand : group) {
      boolean passes = passes(demand, now);
      if (admitted && passes && demand.cost() != 0) {
        cells.put(demand.key(), spent(demand, now));
      }
      standings.add(new Standing(passes, demand.meter().level(current(demand, now), now)));
    }
    return new Verdict(admitted, standings);
  }

  private boolean passes(Demand demand, long now) {
    return demand.cost() < 0 || demand.meter().admits(current(demand, now), demand.cost(), now);
  }

  private Cell spent(Demand demand, long now) {
    Cell current = current(demand, now);
    return demand.cost() < 0
        ? demand.meter().giveBack(current, -demand.cost(), demand.taken(), now)
        : demand.meter().spend(current, demand.cost());
  }

  private Cell current(Demand demand, long now) {
    return demand.meter().current(Optional.ofNullable(cells.get(demand.key())), now);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<String, Cell> {
    private static final long serialVersionUID = 1L;

    LeastRecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Cell> eldest) {
      return size() > CELLS;
    }
  }
}
