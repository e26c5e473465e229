package dev.gatehouse.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A loopback socket that answers one request, so that a snapshot holds a client that has worked.
 */
public final class PrimingServer implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;

  private PrimingServer(ServerSocket socket) {
    this.socket = socket;
  }

  /** Begins to listen. */
  public static PrimingServer start() throws IOException {
    PrimingServer server =
        new PrimingServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().name("priming").start(server::answer);
    return server;
  }

  /** Where it answers. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
  }

  private void answer() {
    try (Socket connection = socket.accept()) {
      byte[] request = new byte[4096];
      int read = connection.getInputStream().read(request);
      if (read > 0) {
        connection.getOutputStream().write(ANSWER);
      }
    } catch (IOException e) {
      // The client gave up first: there is nobody to answer.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
