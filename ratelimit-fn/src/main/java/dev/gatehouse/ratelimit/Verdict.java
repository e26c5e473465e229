package dev.gatehouse.ratelimit;

import java.util.List;
import java.util.Optional;

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
   * @param override what was counted by instead of the limit's own numbers
   */
  record Standing(boolean passed, Level level, Optional<Overridden> override) {
    Standing(boolean passed, Level level) {
      this(passed, level, Optional.empty());
    }
  }
}
