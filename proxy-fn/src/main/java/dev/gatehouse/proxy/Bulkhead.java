package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Concurrency;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many calls of a service are in flight, over all environments; {@code bulkhead.lua} holds the
 * algorithm. Each call has a lease, so that what a lost environment held comes back by itself.
 * Without Redis nobody is refused.
 *
 * <p>Where the limit moves, it falls by a tenth when calls fail, once a second at most. By failures
 * alone it rises by one for each limit's worth of calls that do not fail while more than half of it
 * is in use (additive increase, multiplicative decrease).
 *
 * <p>By answer times as well it follows a gradient, once in a window of a second and ten answers
 * (Netflix's WindowedLimit):
 *
 * <pre>
 * gradient = min(1, max(1/2, (unloaded + max(tolerance x unloaded, 5 ms)) / median))
 * limit    = gradient x limit + sqrt(limit)
 * </pre>
 *
 * <p>That is Envoy's gradient controller with Gradient2's bounds; the root is added only while at
 * least half of the limit is in use. 5 ms is CoDel's standing queue (RFC 8289 section 4.3).
 * Unloaded is the median of a window in which no more than {@code least} were in flight, which is
 * how Envoy measures its minRTT, and any lower one. What has been slow for a minute is measured
 * anew: no more than {@code least} are let in until its next window, 10 s at most. Invariants:
 * nothing is slow while no more than {@code least} are in flight; a service that became slower for
 * good is believed after a minute.
 *
 * <p>Answer times are compared within their kind, a route and a class of status: neither a change
 * of the mix nor quick refusals look like load.
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/adaptive_concurrency_filter">Envoy's
 *     adaptive concurrency</a>
 * @see <a href="https://github.com/Netflix/concurrency-limits">Netflix's concurrency-limits</a>
 */
final class Bulkhead {
  private static final RedisScript SCRIPT =
      RedisScript.fromResource(Bulkhead.class, "bulkhead.lua");

  private final Redis redis;
  private final Optional<InstantSource> clock;
  private final Tokens tokens = new Tokens();

  private Bulkhead(Redis redis, Optional<InstantSource> clock) {
    this.redis = redis;
    this.clock = clock;
  }

  static Bulkhead in(Redis redis) {
    return new Bulkhead(redis, Optional.empty());
  }

  /** For tests, which cannot wait for the server's clock. */
  static Bulkhead at(Redis redis, InstantSource clock) {
    return new Bulkhead(redis, Optional.of(clock));
  }

  /** A place among the calls in flight; given back when it is closed. */
  interface Slot extends AutoCloseable {
    /** Where any number may be. */
    Slot UNLIMITED =
        new Slot() {
          @Override
          public boolean taken() {
            return true;
          }

          @Override
          public void failed() {}

          @Override
          public void answered(Supplier<String> kind, Duration elapsed) {}

          @Override
          public void close() {}
        };

    /** Whether the call may be made; asks once. */
    boolean taken();

    /** The call failed. */
    void failed();

    /**
     * The call was answered; not to be said of repeated calls, whose times say nothing certain (RFC
     * 6298 section 3).
     *
     * @param kind what its time may be compared with
     */
    void answered(Supplier<String> kind, Duration elapsed);

    @Override
    void close();
  }

  /** How a service stands. */
  record Standing(long flying, long limit) {}

  /**
   * Asks for a place in a flush that others use as well.
   *
   * @param lease how long the call may take
   */
  Slot ask(RedisFlush flush, Service service, Duration lease) {
    return service
        .concurrency()
        .<Slot>map(setting -> new Leased(service.name(), setting, lease, Optional.of(flush)))
        .orElse(Slot.UNLIMITED);
  }

  /** Asks only when it is known that a call is to be made, in a round trip of its own. */
  Slot later(Service service, Duration lease) {
    return service
        .concurrency()
        .<Slot>map(setting -> new Leased(service.name(), setting, lease, Optional.empty()))
        .orElse(Slot.UNLIMITED);
  }

  /** How a service with a limit stands; empty without Redis. */
  Optional<Standing> standing(Service service) {
    Concurrency setting = service.concurrency().orElseThrow();
    return redis.call(call(service.name(), setting, "show"))
            instanceof Answered<RedisValues>(RedisValues values)
        ? Optional.of(new Standing(values.number(1), values.number(2)))
        : Optional.empty();
  }

  private RedisCall<RedisValues> call(
      String service, Concurrency setting, String operation, String... more) {
    return call(service, List.of(), setting, operation, more);
  }

  /**
   * @param more the operation's own arguments
   */
  private RedisCall<RedisValues> call(
      String service, List<String> kind, Concurrency setting, String operation, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                operation,
                Integer.toString(setting.most()),
                Integer.toString(setting.least()),
                setting.latencyPercent().map(percent -> Integer.toString(percent)).orElse(""),
                clock.map(time -> Long.toString(time.millis())).orElse("")));
    arguments.addAll(List.of(more));
    String flights = "flights:{" + service + "}";
    List<String> keys = new ArrayList<>(List.of(flights, flights + ":limit"));
    kind.forEach(
        name -> keys.addAll(List.of(flights + ":times:" + name, flights + ":kind:" + name)));
    return SCRIPT.call(keys, arguments);
  }

  private final class Leased implements Slot {
    private final String service;
    private final Concurrency setting;
    private final String owner = tokens.next();
    private final RedisCall<RedisValues> entering;
    private final Optional<Pending<RedisValues>> pending;
    private @Nullable RedisReply<RedisValues> reply;
    private List<String> kind = List.of();
    private String ended = "ok";

    private Leased(
        String service, Concurrency setting, Duration lease, Optional<RedisFlush> flush) {
      this.service = service;
      this.setting = setting;
      this.entering = call(service, setting, "enter", owner, Long.toString(lease.toMillis()));
      this.pending = flush.map(joined -> joined.add(entering));
    }

    @Override
    public boolean taken() {
      if (reply == null) {
        reply = pending.map(Pending::reply).orElseGet(() -> redis.call(entering));
      }
      return !(reply instanceof Answered<RedisValues>(RedisValues values)) || values.number(0) == 1;
    }

    @Override
    public void failed() {
      ended = "failed";
    }

    @Override
    public void answered(Supplier<String> name, Duration elapsed) {
      if (setting.latencyPercent().isPresent()) {
        kind = List.of(name.get());
        ended = Long.toString(elapsed.toNanos() / 1_000);
      }
    }

    /** One write after the answer, the cost of the limit; what was not taken needs none. */
    @Override
    public void close() {
      boolean asked = reply != null || pending.isPresent();
      if (asked && taken() && reply instanceof Answered<RedisValues>) {
        var _ = redis.call(call(service, kind, setting, "leave", owner, ended));
      }
    }
  }
}
