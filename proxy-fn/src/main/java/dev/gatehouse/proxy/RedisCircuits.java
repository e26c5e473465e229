package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitScript;
import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Service;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Circuits that all environments share, by the clock of Redis. */
final class RedisCircuits implements Circuits {
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

  /**
   * Of a closed circuit nothing is kept; only another one is worth the script, in another flush.
   */
  @Override
  public Asked look(Service service, Supplier<String> owner, Duration lease) {
    Pending<Boolean> kept = flushes.get().add(CircuitScript.isKept(service.name()));
    return () ->
        value(kept.reply())
            .flatMap(
                is -> is ? script(service, owner.get(), lease) : Optional.of(new Permit.Closed()));
  }

  private Optional<Permit> script(Service service, String owner, Duration lease) {
    return value(
            redis.call(
                call(
                    service,
                    "look",
                    owner,
                    Long.toString(lease.toMillis()),
                    Long.toString(WHILE_PROBED.toMillis()))))
        .map(RedisCircuits::permit);
  }

  @Override
  public Optional<CircuitState> failed(Service service, String owner) {
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
  public Optional<CircuitState> succeeded(Service service, String owner) {
    return state(call(service, "succeed", owner, Integer.toString(service.breaker().successes())));
  }

  @Override
  public boolean released(Service service, String owner) {
    return done(call(service, "release", owner));
  }

  @Override
  public boolean hold(Service service, CircuitState openOrClosed) {
    return done(call(service, "hold", openOrClosed.word()));
  }

  @Override
  public boolean let(Service service) {
    return done(call(service, "let"));
  }

  @Override
  public Optional<Standing> standing(Service service) {
    return value(redis.call(CircuitScript.show(service.name()))).map(RedisCircuits::standing);
  }

  private Optional<CircuitState> state(RedisCall<RedisValues> call) {
    return value(redis.call(call)).map(CircuitScript::state);
  }

  private boolean done(RedisCall<RedisValues> call) {
    return redis.call(call) instanceof Answered<RedisValues>;
  }

  private static RedisCall<RedisValues> call(Service service, String... arguments) {
    return CircuitScript.call(service.name(), arguments);
  }

  private static <T> Optional<T> value(RedisReply<T> reply) {
    return reply instanceof Answered<T>(T value) ? Optional.of(value) : Optional.empty();
  }

  private static Permit permit(RedisValues values) {
    return switch (CircuitScript.state(values)) {
      case CLOSED -> new Permit.Closed();
      case HALF_OPEN -> new Permit.Probe();
      case OPEN -> new Permit.Open(Duration.ofMillis(values.number(1)));
    };
  }

  private static Standing standing(RedisValues values) {
    return new Standing(
        CircuitScript.state(values),
        Duration.ofMillis(values.number(1)),
        (int) values.number(2),
        values.number(3) == 1);
  }
}
