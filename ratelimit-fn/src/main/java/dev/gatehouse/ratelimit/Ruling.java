package dev.gatehouse.ratelimit;

import dev.gatehouse.ratelimit.Verdict.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits that were decided together, and how.
 *
 * @param local by this environment, not by Redis
 */
record Ruling(List<Metered> limits, Verdict verdict, boolean local) {

  boolean admitted() {
    return verdict.admitted();
  }

  List<Quota> quotas() {
    List<Quota> quotas = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      quotas.add(limits.get(i).quota(verdict.standings().get(i), local));
    }
    return quotas;
  }

  /**
   * The demands that give back what this ruling has spent; a limit that did not pass spent nothing.
   */
  List<Demand> givenBack() {
    List<Demand> demands = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      Standing standing = verdict.standings().get(i);
      Demand demand = limits.get(i).demand();
      demands.add(standing.passed() ? demand.givenBack(standing.level()) : demand.lookedAt());
    }
    return demands;
  }

  /** The same ruling with the levels that giving back has left. */
  Ruling after(Verdict givingBack) {
    List<Standing> standings = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      Standing now = givingBack.standings().get(i);
      standings.add(new Standing(verdict.standings().get(i).passed(), now.level(), now.override()));
    }
    return new Ruling(limits, new Verdict(verdict.admitted(), standings), local);
  }
}
