package dev.gatehouse.redis;

import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls that leave together and cost one round trip.
 *
 * <p>Calls are added by whoever needs something; the first reply that is asked for sends them all.
 * Not for use by several threads.
 */
public final class RedisFlush {
  private final Redis redis;
  private final List<Pending<?>> calls = new ArrayList<>();
  private boolean sent;

  RedisFlush(Redis redis) {
    this.redis = redis;
  }

  /**
   * Adds a call.
   *
   * @throws IllegalStateException when the flush has left
   */
  public <T> Pending<T> add(RedisCall<T> call) {
    if (sent) {
      throw new IllegalStateException(
          "the flush has left (expected: calls before the first reply)");
    }
    Pending<T> pending = new Pending<>(this, call);
    calls.add(pending);
    return pending;
  }

  private void send() {
    if (!sent) {
      sent = true;
      redis.send(calls);
    }
  }

  /** A call's place in a flush. */
  public static final class Pending<T> {
    private final RedisFlush flush;
    private final RedisCall<T> call;
    private @Nullable RedisReply<T> reply;

    private Pending(RedisFlush flush, RedisCall<T> call) {
      this.flush = flush;
      this.call = call;
    }

    /** The reply; sends the flush if it has not left yet. */
    public RedisReply<T> reply() {
      flush.send();
      return reply != null
          ? reply
          : new Unavailable<>(RedisReply.Reason.DISCONNECTED, "not answered");
    }

    RedisCall<T> call() {
      return call;
    }

    void answer(T value) {
      reply = new Answered<>(value);
    }

    void fail(RedisReply.Reason reason, String detail) {
      reply = new Unavailable<>(reason, detail);
    }
  }
}
