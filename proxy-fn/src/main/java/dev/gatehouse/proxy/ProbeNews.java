package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How this environment hears what the prober found of one service: asked for in a flush that leaves
 * anyway, once in {@link #FRESH} at most, and only where an instance could be left out. What was
 * heard holds until it expires, also while Redis is away; what Redis has not is not known.
 */
final class ProbeNews {
  /** How long what was heard is used before it is asked for again. */
  static final Duration FRESH = Duration.ofSeconds(5);

  private static final Heard NOTHING = () -> {};

  private final Service service;
  private final Instances instances;
  private final InstantSource clock;
  private Instant askedAt = Instant.MIN;

  ProbeNews(Service service, Instances instances, InstantSource clock) {
    this.service = service;
    this.instances = instances;
    this.clock = clock;
  }

  /** A question on its way. */
  @FunctionalInterface
  interface Heard {
    /** Passes the answer on to the instances; sends the flush if it has not left yet. */
    void pass();
  }

  /** Asks, if it is time to. */
  Heard ask(RedisFlush flush) {
    if (service.health().isEmpty() || !isDue() || !instances.areSeveral()) {
      return NOTHING;
    }
    Pending<Optional<byte[]>> pending = flush.add(ProbeReport.read(service.name()));
    return () -> hear(pending.reply());
  }

  private synchronized boolean isDue() {
    Instant now = clock.instant();
    if (!now.isBefore(askedAt) && now.isBefore(askedAt.plus(FRESH))) {
      return false;
    }
    askedAt = now;
    return true;
  }

  private void hear(RedisReply<Optional<byte[]>> reply) {
    if (reply instanceof Answered<Optional<byte[]>>(Optional<byte[]> value)) {
      instances.told(value.flatMap(ProbeReport::parse).orElse(ProbeReport.NONE));
    }
  }
}
