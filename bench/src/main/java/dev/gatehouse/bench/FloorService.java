package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** One kept connection to the service; answers have a Content-Length and fit 8 KiB. */
final class FloorService {
  private static final String LENGTH = "content-length: ";

  private final String host;
  private final InputStream answers;
  private final OutputStream requests;
  private final byte[] buffer = new byte[8_192];

  private FloorService(String host, InputStream answers, OutputStream requests) {
    this.host = host;
    this.answers = answers;
    this.requests = requests;
  }

  static FloorService connect(String address) throws IOException {
    String[] sides = address.split(":", 2);
    Socket socket = new Socket(sides[0], Integer.parseInt(sides[1]));
    socket.setTcpNoDelay(true);
    return new FloorService(address, socket.getInputStream(), socket.getOutputStream());
  }

  /** The body of an answer. */
  String get(String path) throws IOException {
    requests.write(
        ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: application/json\r\n\r\n")
            .getBytes(ISO_8859_1));
    String answer = "";
    int body = -1;
    int end = Integer.MAX_VALUE;
    for (int read = 0; read < end; ) {
      int more = answers.read(buffer, read, buffer.length - read);
      if (more < 0) {
        throw new EOFException("the service closed the connection (expected: an answer)");
      }
      read += more;
      answer = new String(buffer, 0, read, ISO_8859_1);
      body = answer.indexOf("\r\n\r\n") + 4;
      if (body > 3) {
        end = body + length(answer);
      }
    }
    return answer.substring(body, end);
  }

  private static int length(String answer) {
    int field = answer.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
    return Integer.parseInt(answer, field, answer.indexOf('\r', field), 10);
  }
}
