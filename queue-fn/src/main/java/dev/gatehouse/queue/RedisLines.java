package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.queue.Standing.Moves;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Lines in Redis, by its own clock: one script, one round trip for each operation. */
final class RedisLines implements Lines {
  private static final RedisScript JOIN = script("join.lua");
  private static final RedisScript LOOK = script("look.lua");
  private static final RedisScript ENTER = script("enter.lua");
  private static final RedisScript LEAVE = script("leave.lua");
  private static final RedisScript BOARD = script("board.lua");
  private static final RedisScript FORGET = script("forget.lua");

  private static final Place NOBODY = new Place("", 0);

  private final Redis redis;
  private final LongSupplier time;

  private RedisLines(Redis redis, LongSupplier time) {
    this.redis = redis;
    this.time = time;
  }

  /** By the server's clock. */
  static RedisLines in(Redis redis) {
    return new RedisLines(redis, () -> 0);
  }

  /** By this clock, for tests that need hours: nothing of a request ever comes here. */
  static RedisLines at(InstantSource clock, Redis redis) {
    return new RedisLines(redis, () -> micros(clock.instant()));
  }

  @Override
  public Told join(Line line, Terms terms, String subject) {
    return told(redis.call(joining(line, terms, subject)), terms);
  }

  /** A join, to be sent with others. */
  RedisCall<RedisValues> joining(Line line, Terms terms, String subject) {
    return JOIN.binaryCall(line.keys(), arguments(terms, new Place(subject, 0), ""));
  }

  @Override
  public Told look(Line line, Terms terms, Place place) {
    return call(LOOK, line, terms, place, "");
  }

  @Override
  public Told enter(Line line, Terms terms, Place place, Optional<Instant> session) {
    String ends = session.map(end -> Long.toString(micros(end))).orElse("");
    return call(ENTER, line, terms, place, ends);
  }

  @Override
  public Told leave(Line line, Terms terms, Place place) {
    return call(LEAVE, line, terms, place, "");
  }

  @Override
  public Told release(Line line, Terms terms, Place place) {
    return call(LEAVE, line, terms, place, "active");
  }

  @Override
  public Told board(Line line, Terms terms) {
    return call(BOARD, line, terms, NOBODY, "");
  }

  @Override
  public Told admit(Line line, Terms terms, int number) {
    return call(BOARD, line, terms, NOBODY, Integer.toString(number));
  }

  @Override
  public Told forget(Line line, Terms terms) {
    return call(FORGET, line, terms, NOBODY, "");
  }

  private Told call(RedisScript script, Line line, Terms terms, Place place, String own) {
    return told(redis.call(script.binaryCall(line.keys(), arguments(terms, place, own))), terms);
  }

  static Told told(RedisReply<RedisValues> reply, Terms terms) {
    return switch (reply) {
      case Answered<RedisValues>(RedisValues values) ->
          new Told.Known(standing(values, terms.pace()));
      case Unavailable<RedisValues>(var reason, String detail) ->
          new Told.Unavailable(reason + ": " + detail);
    };
  }

  private List<byte[]> arguments(Terms terms, Place place, String own) {
    byte[] numbers =
        packed(
            time.getAsLong(),
            terms.version(),
            terms.state().number(),
            terms.rate().n(),
            terms.rate().d(),
            terms.rate().burst(),
            terms.capacity(),
            micros(terms.grace()),
            micros(terms.claim()),
            micros(terms.session()),
            terms.pace(),
            terms.opening().map(RedisLines::micros).orElse(0L),
            place.sequence());
    return List.of(
        numbers,
        terms.seed().getBytes(UTF_8),
        place.subject().getBytes(UTF_8),
        own.getBytes(UTF_8));
  }

  private static byte[] packed(long... numbers) {
    ByteBuffer doubles =
        ByteBuffer.allocate(numbers.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      doubles.putDouble((double) number);
    }
    return doubles.array();
  }

  private static Standing standing(RedisValues values, int pace) {
    long position = values.number(2);
    return new Standing(
        Stage.of(values.number(0)),
        values.number(1),
        position < 0 ? OptionalLong.empty() : OptionalLong.of(position),
        instant(values.number(6)),
        Duration.ofMillis(values.number(7)),
        instant(values.number(10)),
        new Moves(values.number(18) == 1, values.number(19), values.number(20)),
        level(values, pace));
  }

  private static Level level(RedisValues values, int pace) {
    return new Level(
        values.number(3),
        values.number(4),
        values.number(5),
        LineState.of(values.number(8)),
        values.number(9),
        values.number(11) / 1e6,
        values.number(12) / 1e6,
        instant(values.number(13)),
        pace == 0 ? 0 : 1e6 * values.number(15) / values.number(14),
        values.number(16),
        values.number(17));
  }

  private static RedisScript script(String operation) {
    return RedisScript.fromResource(RedisLines.class, "line.lua", operation);
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
