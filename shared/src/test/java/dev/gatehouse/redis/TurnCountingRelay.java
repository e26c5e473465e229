package dev.gatehouse.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A TCP relay in front of a server that counts turns: how often the client spoke after the server
 * did. A round trip is one turn, however many commands it carries.
 */
public final class TurnCountingRelay implements AutoCloseable {
  private final ServerSocket listener;
  private final RedisAddress target;
  private boolean clientSpoke;
  private int turns;

  private TurnCountingRelay(ServerSocket listener, RedisAddress target) {
    this.listener = listener;
    this.target = target;
  }

  /** A relay to that server. */
  public static TurnCountingRelay to(RedisAddress target) throws IOException {
    TurnCountingRelay relay =
        new TurnCountingRelay(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()), target);
    daemon(relay::accept);
    return relay;
  }

  /** Where clients connect. */
  public RedisAddress address() {
    return new RedisAddress("127.0.0.1", listener.getLocalPort(), target.tls(), target.topology());
  }

  /** The turns so far. */
  public synchronized int turns() {
    return turns;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      Socket server = new Socket(target.host(), target.port());
      daemon(() -> pump(client, server, true));
      daemon(() -> pump(server, client, false));
    }
  }

  private void pump(Socket from, Socket to, boolean fromClient) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        spoke(fromClient);
        out.write(buffer, 0, length);
      }
    }
  }

  private synchronized void spoke(boolean client) {
    if (client && !clientSpoke) {
      turns++;
    }
    clientSpoke = client;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The other end has gone: the relay has nothing left to do.
                return;
              }
            });
  }
}
