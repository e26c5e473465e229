package dev.gatehouse.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports of the loopback address. */
final class Ports {
  private Ports() {}

  /** A port that is free now, of at most this number. */
  static int free(int highest) throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (socket.getLocalPort() <= highest) {
          return socket.getLocalPort();
        }
      }
    }
  }
}
