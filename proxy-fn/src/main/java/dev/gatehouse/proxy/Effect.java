package dev.gatehouse.proxy;

import dev.gatehouse.config.Route.Idempotency.Store;
import dev.gatehouse.http.GatewayResponse;
import java.util.Set;

/** What a call of a back end did, as far as its record is concerned. */
enum Effect {
  /** Nothing: it was never sent, or refused for a reason that may pass. The key is free again. */
  NONE,
  /** Whatever this answer says: every repeat gets it. */
  ANSWERED,
  /** Nobody knows. */
  UNKNOWN;

  /**
   * Refusals that depend on more than the request: the credential, another request, or the moment.
   * Everything else of 4xx will be refused again (RFC 9110 section 15.5).
   */
  private static final Set<Integer> PASSING_REFUSALS =
      Set.of(401, 403, 407, 408, 409, 412, 421, 423, 424, 425, 429);

  /**
   * The effect of a call.
   *
   * @param store which answers the route keeps
   */
  static Effect of(UpstreamOutcome outcome, Store store) {
    return switch (outcome) {
      case UpstreamOutcome.Answered(GatewayResponse response) -> of(response.status(), store);
      case UpstreamOutcome.Unreachable unreachable -> NONE;
      case UpstreamOutcome.CircuitOpen open -> NONE;
      case UpstreamOutcome.Full full -> NONE;
      case UpstreamOutcome.TimedOut(boolean sent) -> sent ? UNKNOWN : NONE;
      case UpstreamOutcome.Broken broken -> UNKNOWN;
      case UpstreamOutcome.TooLarge tooLarge -> UNKNOWN;
    };
  }

  /**
   * The effect of an errand's calls: nobody knows where an earlier one may have been received and
   * the last one left nothing to tell.
   */
  static Effect of(Backends.Ending ending, Store store) {
    Effect last = of(ending.outcome(), store);
    return last == NONE && ending.earlierUnknown() ? UNKNOWN : last;
  }

  private static Effect of(int status, Store store) {
    if (status >= 500) {
      return UNKNOWN;
    }
    if (status < 400) {
      return ANSWERED;
    }
    return store == Store.ALL && !PASSING_REFUSALS.contains(status) ? ANSWERED : NONE;
  }
}
