package dev.gatehouse.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a script returned: integers, texts and nils, in order; nested lists are laid out flat. */
public final class RedisValues {
  private final List<@Nullable Object> values = new ArrayList<>();

  public int size() {
    return values.size();
  }

  /**
   * The integer at this place.
   *
   * @throws IllegalStateException where there is no integer
   */
  public long number(int index) {
    if (index < values.size() && values.get(index) instanceof Long number) {
      return number;
    }
    throw new IllegalStateException(
        "value " + index + " of " + values.size() + " is no integer (expected: an integer)");
  }

  /** The text at this place, UTF-8; empty for nil. */
  public Optional<String> text(int index) {
    return Optional.ofNullable(values.get(index))
        .map(
            value ->
                value instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : value.toString());
  }

  /** The octets at this place, as they are; empty for nil and for an integer. */
  public Optional<byte[]> octets(int index) {
    return values.get(index) instanceof byte[] octets ? Optional.of(octets) : Optional.empty();
  }

  /** Collects a reply as it is decoded. */
  static final class Output extends CommandOutput<String, byte[], RedisValues> {
    Output(RedisCodec<String, byte[]> codec) {
      super(codec, new RedisValues());
    }

    @Override
    public void set(long integer) {
      output.values.add(integer);
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
      output.values.add(bytes == null ? null : codec.decodeValue(bytes));
    }

    @Override
    public void multi(int count) {
      // A list's elements follow one by one.
    }
  }
}
