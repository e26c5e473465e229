package dev.gatehouse.ratelimit;

import dev.gatehouse.redis.RedisFlush;
import java.util.List;
import java.util.Optional;

/** Where limits are counted. */
interface Buckets {
  /**
   * Asks for decisions.
   *
   * @param groups the demands of each hash slot; each group is decided atomically, all or nothing
   */
  Question ask(List<List<Demand>> groups);

  /**
   * The same store, whose next question leaves with this flush; a store without flushes is itself.
   */
  default Buckets joining(RedisFlush flush) {
    return this;
  }

  /** A question on its way. */
  interface Question {
    /** One per group; empty where the store did not answer. */
    List<Optional<Verdict>> verdicts();
  }
}
