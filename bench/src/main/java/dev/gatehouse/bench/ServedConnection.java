package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;

/**
 * The server's side of one kept HTTP/1.1 connection, for one thread that blocks: requests with a
 * head of 16 KiB at most, their bodies by Content-Length or in chunks (RFC 9112, sections 6 and 7).
 */
final class ServedConnection implements AutoCloseable {
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);

  private final Socket socket;
  private final InputStream requests;
  private final OutputStream answers;
  private final byte[] buffer = new byte[16_384];

  /** What was read and not yet taken is between these two. */
  private int begin;

  private int end;

  private long readAt;

  private ServedConnection(Socket socket) throws IOException {
    this.socket = socket;
    requests = socket.getInputStream();
    answers = socket.getOutputStream();
  }

  /**
   * A request.
   *
   * @param line its method and target
   * @param body empty without one
   * @param readAt when its last octets were read, in terms of {@link System#nanoTime()}
   */
  record Request(String line, String body, long readAt) {}

  static ServedConnection over(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return new ServedConnection(socket);
  }

  /** Whether a request or the client's end arrives within so many milliseconds. */
  boolean speaks(int millis) throws IOException {
    if (begin < end) {
      return true;
    }
    socket.setSoTimeout(millis);
    try {
      fill();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** The next request; none when the client has ended. */
  Optional<Request> request() throws IOException {
    if (begin == end && !fill()) {
      return Optional.empty();
    }
    String head = through("\r\n\r\n");
    String fields = head.toLowerCase(Locale.ROOT);
    if (field(fields, "expect").equals("100-continue")) {
      answers.write(CONTINUE);
    }
    String length = field(fields, "content-length");
    byte[] body =
        field(fields, "transfer-encoding").endsWith("chunked")
            ? chunks()
            : bytes(length.isEmpty() ? 0 : Integer.parseInt(length));
    return Optional.of(
        new Request(head.substring(0, head.indexOf(" HTTP/")), new String(body, UTF_8), readAt));
  }

  /** A whole answer, head and body. */
  void answer(byte[] answer) throws IOException {
    answers.write(answer);
  }

  private static String field(String fields, String name) {
    int line = fields.indexOf("\r\n" + name + ":");
    if (line < 0) {
      return "";
    }
    int value = line + name.length() + 3;
    return fields.substring(value, fields.indexOf('\r', value)).strip();
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.writeBytes(bytes(size));
      through("\r\n");
    }
    while (!through("\r\n").equals("\r\n")) {
      // a trailer, which nobody here asks for
    }
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(through("\r\n").split("[;\r]", 2)[0].strip(), 16);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    int held = Math.min(length, end - begin);
    System.arraycopy(buffer, begin, bytes, 0, held);
    begin += held;
    if (held < length) {
      if (requests.readNBytes(bytes, held, length - held) < length - held) {
        throw new EOFException("the end within a body (expected: " + length + " bytes)");
      }
      readAt = System.nanoTime();
    }
    return bytes;
  }

  /** Takes the text to this mark, with it. */
  private String through(String mark) throws IOException {
    for (int length = mark.length(); ; length++) {
      while (end - begin < length) {
        if (!fill()) {
          throw new EOFException("the end within a request (expected: an empty line, a body)");
        }
      }
      if (endsWith(begin + length, mark)) {
        begin += length;
        return new String(buffer, begin - length, length, ISO_8859_1);
      }
    }
  }

  private boolean endsWith(int position, String mark) {
    for (int i = 1; i <= mark.length(); i++) {
      if (buffer[position - i] != mark.charAt(mark.length() - i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads a byte or more; false at the client's end, which is a reset when it was killed. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, begin, buffer, 0, end - begin);
    end -= begin;
    begin = 0;
    if (end == buffer.length) {
      throw new IOException("a head of more bytes (expected: at most " + buffer.length + ")");
    }
    int more = read();
    end += Math.max(0, more);
    return more > 0;
  }

  private int read() throws IOException {
    try {
      return requests.read(buffer, end, buffer.length - end);
    } catch (SocketException e) {
      return -1;
    } finally {
      readAt = System.nanoTime();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
