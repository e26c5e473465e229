package dev.gatehouse.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.RedisCommand;
import java.util.List;

/** An open connection. */
sealed interface Link {
  /** The loop that carries what is written. */
  CallerLoop loop();

  /** Writes the commands; they complete by themselves. Never waits. */
  void write(List<? extends RedisCommand<String, byte[], ?>> commands);

  boolean open();

  /** Closes in the background. */
  void close();

  /** A connection to one server: all commands leave in one write. */
  record ToServer(CallerLoop loop, StatefulConnection<String, byte[]> connection) implements Link {
    @Override
    public void write(List<? extends RedisCommand<String, byte[], ?>> commands) {
      connection.dispatch(commands);
    }

    @Override
    public boolean open() {
      loop.catchUp();
      return connection.isOpen();
    }

    @Override
    public void close() {
      var _ = connection.closeAsync();
    }
  }

  /**
   * Connections to a cluster's nodes. The commands are written one by one, without waiting for
   * replies between them: written as a batch, Lettuce would wait for nodes that are not connected.
   */
  record ToCluster(
      CallerLoop loop, AbstractRedisClient client, StatefulConnection<String, byte[]> connection)
      implements Link {
    @Override
    public void write(List<? extends RedisCommand<String, byte[], ?>> commands) {
      commands.forEach(connection::dispatch);
    }

    @Override
    public boolean open() {
      loop.catchUp();
      return connection.isOpen();
    }

    @Override
    public void close() {
      var _ = connection.closeAsync().thenCompose(closed -> client.shutdownAsync());
    }
  }
}
