package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Queue;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.time.Duration;
import java.util.Optional;

/**
 * Which line a holder is inside of, by queue, so that a slot can be given back by whoever knows
 * only the queue and the caller.
 */
public final class Slots {
  private final Redis redis;
  private final Lines lines;

  Slots(Redis redis, Lines lines) {
    this.redis = redis;
    this.lines = lines;
  }

  public static Slots in(Redis redis) {
    return new Slots(redis, RedisLines.in(redis));
  }

  /** Whether a slot was given back. */
  public enum Release {
    RELEASED,
    NONE_HELD,
    /** The slot comes back with the end of its session. */
    UNAVAILABLE
  }

  void taken(Line line, Lines.Place place, Duration session) {
    byte[] value = (place.sequence() + " " + line.event()).getBytes(UTF_8);
    Duration expiry =
        session.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : session;
    redis.call(RedisCall.set(Line.sessionKey(line.queue(), place.subject()), value, expiry));
  }

  /** Gives the slot of a pass back; calls nobody, because only the queue's own function may. */
  public Release release(Queue queue, Pass pass) {
    return release(queue, pass.event(), new Lines.Place(pass.holder().key(), pass.sequence()));
  }

  /** Gives the slot back that a holder has taken last. */
  public Release release(Queue queue, Holder holder) {
    return switch (redis.call(RedisCall.get(Line.sessionKey(queue.name(), holder.key())))) {
      case Answered<Optional<byte[]>>(Optional<byte[]> value) ->
          value
              .map(text -> release(queue, holder, new String(text, UTF_8)))
              .orElse(Release.NONE_HELD);
      case Unavailable<Optional<byte[]>> _ -> Release.UNAVAILABLE;
    };
  }

  private Release release(Queue queue, Holder holder, String session) {
    int space = session.indexOf(' ');
    Lines.Place place = new Lines.Place(holder.key(), Long.parseLong(session.substring(0, space)));
    return release(queue, session.substring(space + 1), place);
  }

  private Release release(Queue queue, String event, Lines.Place place) {
    Line line = new Line(queue.name(), event);
    return switch (lines.release(line, Terms.of(queue, "").paced(0), place)) {
      case Lines.Told.Known(Standing standing) ->
          standing.moves().freed() ? Release.RELEASED : Release.NONE_HELD;
      case Lines.Told.Unavailable _ -> Release.UNAVAILABLE;
    };
  }
}
