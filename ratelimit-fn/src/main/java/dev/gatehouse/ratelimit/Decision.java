package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import java.time.Duration;
import java.util.List;

/** The outcome of all limits of a request together. */
public sealed interface Decision {
  /** Where the caller stands with each limit that was counted, in the order of the route. */
  List<Quota> quotas();

  /** The limits that were decided without Redis, to be logged and counted. */
  List<Limit> degraded();

  /** Every limit has been spent. */
  record Admitted(List<Quota> quotas, List<Limit> degraded) implements Decision {
    public Admitted {
      quotas = List.copyOf(quotas);
      degraded = List.copyOf(degraded);
    }
  }

  /**
   * No limit has been spent.
   *
   * @param refusedBy of several, the one with the longest wait
   * @param retryAfter after exactly this time the request would pass, were it alone
   */
  record Refused(Limit refusedBy, Duration retryAfter, List<Quota> quotas, List<Limit> degraded)
      implements Decision {
    public Refused {
      quotas = List.copyOf(quotas);
      degraded = List.copyOf(degraded);
    }
  }
}
