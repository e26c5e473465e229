package dev.gatehouse.authorizer;

import dev.gatehouse.config.Limit;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.ratelimit.RateLimiter;
import java.util.List;

/**
 * How often an address may show credentials that are not genuine.
 *
 * <p>Only such a failure is spent, in the store that all environments share; whether anything is
 * left is asked before a credential is looked at.
 */
interface FailedLogins {
  /** Nobody counts. */
  FailedLogins UNLIMITED =
      new FailedLogins() {
        @Override
        public boolean exhausted(String address) {
          return false;
        }

        @Override
        public void count(String address) {}
      };

  /** Whether this address has none left. */
  boolean exhausted(String address);

  /** Spends one. */
  void count(String address);

  /** By a limit of gateway.yaml. */
  static FailedLogins by(Limit limit, RateLimiter limiter) {
    return new Limited(limit, limiter);
  }

  /** By a limit that counts addresses. */
  record Limited(Limit limit, RateLimiter limiter) implements FailedLogins {
    private static final String ROUTE = "authorizer";

    @Override
    public boolean exhausted(String address) {
      return limiter.exhausted(limit, Caller.anonymous(address, ROUTE));
    }

    @Override
    public void count(String address) {
      limiter.decide(List.of(limit), Caller.anonymous(address, ROUTE));
    }
  }
}
