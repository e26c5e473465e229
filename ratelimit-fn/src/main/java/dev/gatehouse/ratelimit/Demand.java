package dev.gatehouse.ratelimit;

/**
 * What one request asks of one limit.
 *
 * @param cost negative: given back
 * @param enforced false for a shadow limit, which never refuses
 * @param taken the level that a cost left which is given back; otherwise all zero
 */
record Demand(String key, Meter meter, long cost, boolean enforced, Level taken) {
  private static final Level NOTHING = new Level(0, 0, 0);

  static Demand of(String key, Meter meter, long cost, boolean enforced) {
    return new Demand(key, meter, cost, enforced, NOTHING);
  }

  Demand lookedAt() {
    return of(key, meter, 0, enforced);
  }

  /** Undoes this demand, which left this level. */
  Demand givenBack(Level left) {
    return new Demand(key, meter, -cost, enforced, left);
  }
}
