package dev.gatehouse.proxy;

/**
 * How many retries one service may have: a share of its requests, in an account that starts with
 * {@link #LEAST} and holds at most {@link #MOST}.
 *
 * <p>Only requests that did not fail pay in. While a service is down altogether its retries end
 * after what was saved, instead of adding the whole share to its load; gRPC's retry throttling
 * earns in the same way (gRFC A6), and the numbers 20 % and 3 are Envoy's defaults of a retry
 * budget.
 */
final class RetryBudget {
  static final int LEAST = 3;
  static final int MOST = 10;

  /** The account is kept in hundredths of a retry. */
  private static final int RETRY = 100;

  private final int percent;
  private int balance;

  /**
   * @param percent retries as a share of requests; none at all when zero
   */
  RetryBudget(int percent) {
    this.percent = percent;
    this.balance = percent == 0 ? 0 : LEAST * RETRY;
  }

  /** A request did not fail. */
  synchronized void earn() {
    balance = Math.min(MOST * RETRY, balance + percent);
  }

  /** Takes a retry, if there is one. */
  synchronized boolean take() {
    if (balance < RETRY) {
      return false;
    }
    balance -= RETRY;
    return true;
  }
}
