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
import org.jspecify.annotations.Nullable;

/**
 * How many calls of a service are in flight, over all environments; {@code bulkhead.lua} holds the
 * algorithm. Each call has a lease, so that what a lost environment held comes back by itself.
 * Without Redis nobody is refused.
 *
 * <p>Where the limit moves, it falls by a tenth when calls fail, once a second at most, and rises
 * by one for each limit's worth of calls that do not while at least half of it is in use (additive
 * increase, multiplicative decrease).
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
          public void close() {}
        };

    /** Whether the call may be made; asks once. */
    boolean taken();

    /** The call failed. */
    void failed();

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

  private RedisCall<RedisValues> call(String service, Concurrency setting, String... operation) {
    List<String> arguments = new ArrayList<>(List.of(operation));
    arguments.add(Integer.toString(setting.most()));
    arguments.add(Integer.toString(setting.least()));
    clock.ifPresent(time -> arguments.add(Long.toString(time.millis())));
    String key = "flights:{" + service + "}";
    return SCRIPT.call(List.of(key, key + ":limit"), arguments);
  }

  private final class Leased implements Slot {
    private final String service;
    private final Concurrency setting;
    private final String owner = tokens.next();
    private final RedisCall<RedisValues> entering;
    private final Optional<Pending<RedisValues>> pending;
    private @Nullable RedisReply<RedisValues> reply;
    private boolean failed;

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
      failed = true;
    }

    /** One write after the answer, the cost of the limit; what was not taken needs none. */
    @Override
    public void close() {
      boolean asked = reply != null || pending.isPresent();
      if (asked && taken() && reply instanceof Answered<RedisValues>) {
        var _ = redis.call(call(service, setting, "leave", owner, failed ? "1" : "0"));
      }
    }
  }
}
