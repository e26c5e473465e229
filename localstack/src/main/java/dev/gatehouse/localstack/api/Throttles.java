package dev.gatehouse.localstack.api;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The throttles of a stage: the account's over everything, then one bucket per method. A stage's
 * setting for all methods ({@code /*} and {@code *}) gives each method a bucket of its own (API
 * Gateway Developer Guide, "Throttle requests to your REST APIs": "per-API, per-stage throttling
 * limits are applied at the API method level").
 */
final class Throttles {

  /** Requests a second, and at once. */
  record Rate(double perSecond, int burst) {}

  private static final String EVERY = "/* *";

  private final Map<String, Rate> rates;
  private final InstantSource clock;
  private final Throttle account;
  private final Map<String, Throttle> methods = new ConcurrentHashMap<>();

  /**
   * @param rates by resource path and verb, such as {@code /orders/{id} GET}; {@code /* *} is for
   *     methods without their own
   */
  Throttles(Map<String, Rate> rates, InstantSource clock) {
    this.rates = new HashMap<>(rates);
    this.clock = clock;
    this.account = new Throttle(Limits.ACCOUNT_RATE, Limits.ACCOUNT_BURST, clock);
  }

  boolean admits() {
    return account.admits();
  }

  boolean admits(ApiMethod method) {
    var key = method.resourcePath() + " " + method.verb();
    var rate = rates.getOrDefault(key, rates.get(EVERY));
    return rate == null
        || methods
            .computeIfAbsent(key, k -> new Throttle(rate.perSecond(), rate.burst(), clock))
            .admits();
  }
}
