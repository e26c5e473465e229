package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Circuits that all environments share, by the clock of Redis. */
final class RedisCircuits implements Circuits {
  private static final RedisScript SCRIPT =
      RedisScript.fromResource(RedisCircuits.class, "circuit.lua");

  private final Redis redis;
  private final Supplier<RedisFlush> flushes;

  private RedisCircuits(Redis redis, Supplier<RedisFlush> flushes) {
    this.redis = redis;
    this.flushes = flushes;
  }

  static RedisCircuits in(Redis redis) {
    return new RedisCircuits(redis, redis::flush);
  }

  @Override
  public Circuits joining(RedisFlush flush) {
    return new RedisCircuits(redis, () -> flush);
  }

  @Override
  public Asked look(Service service, String owner, Duration lease) {
    Pending<RedisValues> pending =
        flushes
            .get()
            .add(
                call(
                    service,
                    "look",
                    owner,
                    Long.toString(lease.toMillis()),
                    Long.toString(WHILE_PROBED.toMillis())));
    return () -> value(pending.reply()).map(RedisCircuits::permit);
  }

  @Override
  public Optional<State> failed(Service service, String owner) {
    return state(
        call(
            service,
            "fail",
            owner,
            Integer.toString(service.breaker().failures()),
            Long.toString(WINDOW.toMillis()),
            Long.toString(service.breaker().open().toMillis())));
  }

  @Override
  public Optional<State> succeeded(Service service, String owner) {
    return state(call(service, "succeed", owner, Integer.toString(service.breaker().successes())));
  }

  @Override
  public boolean released(Service service, String owner) {
    return done(call(service, "release", owner));
  }

  @Override
  public boolean hold(Service service, State openOrClosed) {
    return done(call(service, "hold", openOrClosed.word()));
  }

  @Override
  public boolean let(Service service) {
    return done(call(service, "let"));
  }

  @Override
  public Optional<Standing> standing(Service service) {
    RedisCall<RedisValues> show = call(service, "show", Long.toString(WINDOW.toMillis()));
    return value(redis.call(show)).map(RedisCircuits::standing);
  }

  private Optional<State> state(RedisCall<RedisValues> call) {
    return value(redis.call(call)).map(RedisCircuits::state);
  }

  private boolean done(RedisCall<RedisValues> call) {
    return redis.call(call) instanceof Answered<RedisValues>;
  }

  private static RedisCall<RedisValues> call(Service service, String... arguments) {
    String circuit = "circuit:{" + service.name() + "}";
    return SCRIPT.call(List.of(circuit, circuit + ":failures"), Stream.of(arguments).toList());
  }

  private static Optional<RedisValues> value(RedisReply<RedisValues> reply) {
    return reply instanceof Answered<RedisValues>(RedisValues values)
        ? Optional.of(values)
        : Optional.empty();
  }

  private static Permit permit(RedisValues values) {
    return switch (state(values)) {
      case CLOSED -> new Permit.Closed();
      case HALF_OPEN -> new Permit.Probe();
      case OPEN -> new Permit.Open(Duration.ofMillis(values.number(1)));
    };
  }

  private static Standing standing(RedisValues values) {
    return new Standing(
        state(values),
        Duration.ofMillis(values.number(1)),
        (int) values.number(2),
        values.number(3) == 1);
  }

  private static State state(RedisValues values) {
    long number = values.number(0);
    if (number == 0) {
      return State.CLOSED;
    }
    return number == 1 ? State.HALF_OPEN : State.OPEN;
  }
}
