package dev.gatehouse.redis;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connections have no synchronous and no reactive facade: commands are dispatched,
 * and the two would cost a cold start 0.25 s.
 */
final class LeanClient extends RedisClient {
  LeanClient(ClientResources resources) {
    super(resources, new RedisURI());
  }

  @Override
  protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
      RedisChannelWriter writer, PushHandler push, RedisCodec<K, V> codec, Duration timeout) {
    return new LeanConnection<>(writer, push, codec, timeout);
  }

  private static final class LeanConnection<K, V> extends StatefulRedisConnectionImpl<K, V> {
    LeanConnection(
        RedisChannelWriter writer, PushHandler push, RedisCodec<K, V> codec, Duration timeout) {
      super(writer, push, codec, timeout);
    }

    @Override
    protected @Nullable RedisCommands<K, V> newRedisSyncCommandsImpl() {
      return null;
    }

    @Override
    protected @Nullable RedisReactiveCommandsImpl<K, V> newRedisReactiveCommandsImpl() {
      return null;
    }
  }
}
