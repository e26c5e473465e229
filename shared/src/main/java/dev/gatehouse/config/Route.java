package dev.gatehouse.config;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One route: which requests, where to, under which policies.
 *
 * @param line its line in gateway.yaml, 1-based
 * @param when {@link When#ALWAYS} unless set
 * @param to services or a redirect
 * @param limits names of {@link Limit}s, decided together; none unless set
 * @param queue present when a pass of that queue is needed
 * @param idempotency {@link Idempotency#OFF} unless set
 * @param releases the queue whose slot a 2xx answer gives back
 * @param cache whether answers to GET are kept, and how; not at all unless set
 * @param timeout overrides the service's request timeout
 * @param messages what it asks of messages and does to them; {@link Messages#UNTOUCHED} unless set
 */
public record Route(
    int line,
    Match match,
    When when,
    Destination to,
    Allow allow,
    List<String> limits,
    Optional<QueueGate> queue,
    Idempotency idempotency,
    Optional<String> releases,
    Optional<Cache> cache,
    Optional<GraphQl> graphql,
    Optional<Version> version,
    Optional<Duration> timeout,
    Messages messages)
    implements Matched {

  public Route {
    limits = List.copyOf(limits);
  }

  /**
   * The service of a route to one.
   *
   * @throws IllegalStateException for every other route
   */
  public String service() {
    if (to instanceof Destination.Services(List<Destination.Share> shares, Rewrite _)
        && shares.size() == 1) {
      return shares.getFirst().service();
    }
    throw new IllegalStateException(match + ": " + to + " (expected: one service)");
  }

  /** The same route to another place. */
  public Route to(Destination other) {
    return new Route(
        line,
        match,
        when,
        other,
        allow,
        limits,
        queue,
        idempotency,
        releases,
        cache,
        graphql,
        version,
        timeout,
        messages);
  }

  /**
   * The queue whose pass a request needs.
   *
   * @param event where the event's name stands: a JSON pointer into the body ({@code /event_id}) or
   *     {@code path:NAME}
   */
  public record QueueGate(String name, Optional<String> event) {}

  /**
   * How a repeated request is recognised.
   *
   * @param conflictStatus the status of a key that was used for another request: 422 or 409
   * @param upstreamDeduplicates the service honours the forwarded Idempotency-Key
   */
  public record Idempotency(
      Mode mode,
      Duration ttl,
      KeyFormat keyFormat,
      Store store,
      int conflictStatus,
      boolean upstreamDeduplicates) {

    /** Keys are not looked at. */
    public static final Idempotency OFF = of(Mode.OFF);

    /** A mode with the defaults of everything else. */
    public static Idempotency of(Mode mode) {
      return new Idempotency(mode, Duration.ofHours(24), KeyFormat.ANY, Store.SUCCESS, 422, false);
    }

    /** Whether a key is looked at, and needed. */
    public enum Mode {
      OFF,
      OPTIONAL,
      REQUIRED
    }

    /** How keys look. */
    public enum KeyFormat {
      ANY,
      UUID4
    }

    /** Answers that are kept: 2xx, or deterministic 4xx as well. */
    public enum Store {
      SUCCESS,
      ALL
    }
  }

  /**
   * How answers to GET are kept.
   *
   * @param ttl how long an answer is fresh that does not say so itself, and the most that any is
   * @param shared one answer for all callers; unless set, each caller's answers are for it alone
   * @param staleIfError how long after its freshness an answer is given out while the service
   *     fails, where the answer does not say; not at all unless set
   * @param staleWhileRevalidate how long after its freshness an answer is given out while somebody
   *     else asks for a new one, where the answer does not say; not at all unless set
   * @param vary request fields that an answer depends on, beside those that it names in {@code
   *     Vary}
   */
  public record Cache(
      Duration ttl,
      boolean shared,
      Duration staleIfError,
      Duration staleWhileRevalidate,
      List<String> vary) {
    public Cache {
      vary = List.copyOf(vary);
    }

    /** Each caller's own answers, never stale ones. */
    public static Cache of(Duration ttl) {
      return new Cache(ttl, false, Duration.ZERO, Duration.ZERO, List.of());
    }
  }

  /**
   * Limits of GraphQL operations.
   *
   * @param maxDepth 8 unless set
   * @param maxCost 1000 unless set
   * @param maxBatch operations in one request; 1 unless set
   * @param introspection false unless set
   */
  public record GraphQl(int maxDepth, int maxCost, int maxBatch, boolean introspection) {
    /** 8 levels, cost 1000, one operation, no introspection. */
    public static final GraphQl DEFAULTS = new GraphQl(8, 1000, 1, false);
  }

  /**
   * The life of this version.
   *
   * @param deprecated from this day on (RFC 9745)
   * @param sunset from this day on it may be gone (RFC 8594)
   * @param successor the path of the version to be used instead (RFC 5829)
   */
  public record Version(
      Optional<LocalDate> deprecated, Optional<LocalDate> sunset, Optional<String> successor) {}
}
