package dev.gatehouse.ratelimit;

import java.util.List;

/**
 * What a store decided for the demands of one hash slot.
 *
 * @param admitted every enforced limit passed, and what passed has been spent
 * @param standings one per demand, in order
 */
record Verdict(boolean admitted, List<Standing> standings) {
  Verdict {
    standings = List.copyOf(standings);
  }

  /**
   * One limit.
   *
   * @param level after the decision
   */
  record Standing(boolean passed, Level level) {}
}
