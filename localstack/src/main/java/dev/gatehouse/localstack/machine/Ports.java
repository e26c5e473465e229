package dev.gatehouse.localstack.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface for servers that must be told theirs. */
public final class Ports {
  /** Below the ephemeral ports of Linux and macOS, which outgoing connections use. */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;

  private Ports() {}

  /** A free port whose port at that distance is free as well. */
  public static int freeWith(int distance) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && isFree(port + distance)) {
        return port;
      }
    }
    throw new IOException(
        "no free port from " + LOWEST + " to " + HIGHEST + " (expected: one, and its neighbour)");
  }

  public static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
