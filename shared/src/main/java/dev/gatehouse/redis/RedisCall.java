package dev.gatehouse.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.BooleanOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One command to Redis.
 *
 * @param <T> what it answers
 */
public final class RedisCall<T> {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final Supplier<Command<String, byte[], T>> command;
  private final Supplier<Command<String, byte[], T>> withScript;

  private RedisCall(
      Supplier<Command<String, byte[], T>> command,
      Supplier<Command<String, byte[], T>> withScript) {
    this.command = command;
    this.withScript = withScript;
  }

  /** The value of a key, if there is one. */
  public static RedisCall<Optional<byte[]>> get(String key) {
    return plain(() -> new Command<>(CommandType.GET, new ValueIfAny(), arguments().addKey(key)));
  }

  /** Whether a key holds anything. */
  public static RedisCall<Boolean> exists(String key) {
    return plain(
        () ->
            new Command<>(CommandType.EXISTS, new BooleanOutput<>(CODEC), arguments().addKey(key)));
  }

  /** Sets a key that ends after this time (in milliseconds, at least one); answers {@code OK}. */
  public static RedisCall<String> set(String key, byte[] value, Duration expiry) {
    return plain(
        () ->
            new Command<>(
                CommandType.SET,
                new StatusOutput<>(CODEC),
                arguments().addKey(key).addValue(value).add("PX").add(expiry.toMillis())));
  }

  static RedisCall<String> ping() {
    return plain(() -> new Command<>(CommandType.PING, new StatusOutput<>(CODEC), arguments()));
  }

  static RedisCall<RedisValues> script(
      String text, String sha1, List<String> keys, List<byte[]> arguments) {
    return new RedisCall<>(
        () -> eval(CommandType.EVALSHA, sha1, keys, arguments),
        () -> eval(CommandType.EVAL, text, keys, arguments));
  }

  AsyncCommand<String, byte[], T> command() {
    return new AsyncCommand<>(command.get());
  }

  /** The same command with the whole script, for a server that does not know it. */
  AsyncCommand<String, byte[], T> commandWithScript() {
    return new AsyncCommand<>(withScript.get());
  }

  private static <T> RedisCall<T> plain(Supplier<Command<String, byte[], T>> command) {
    return new RedisCall<>(command, command);
  }

  private static Command<String, byte[], RedisValues> eval(
      CommandType type, String script, List<String> keys, List<byte[]> values) {
    CommandArgs<String, byte[]> all = arguments().add(script).add(keys.size()).addKeys(keys);
    values.forEach(all::add);
    return new Command<>(type, new RedisValues.Output(CODEC), all);
  }

  private static CommandArgs<String, byte[]> arguments() {
    return new CommandArgs<>(CODEC);
  }

  private static final class ValueIfAny extends CommandOutput<String, byte[], Optional<byte[]>> {
    ValueIfAny() {
      super(CODEC, Optional.empty());
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
      output = Optional.ofNullable(bytes).map(codec::decodeValue);
    }
  }
}
