package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP/1.1 as bytes on a socket: what no client library would send. */
final class Wire {

  /** An answer as it came. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Answer(int status, List<Header> headers, byte[] body) {

    String header(String name) {
      return headers.stream()
          .filter(header -> header.is(name))
          .map(Header::value)
          .reduce((a, b) -> a + " | " + b)
          .orElse("none");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() throws IOException {
      return new JsonMapper().readTree(body);
    }
  }

  private Wire() {}

  /** Lines with CRLF between them. */
  static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  /** Sends bytes on a connection of their own and reads the answer to the end. */
  static Answer exchange(int port, byte[] request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return read(
          socket.getInputStream(), request.length > 4 && request[0] == 'H' && request[1] == 'E');
    }
  }

  /** Reads one answer; leaves the connection where it ends. */
  static Answer read(InputStream in, boolean head) throws IOException {
    var statusLine = line(in);
    if (!statusLine.startsWith("HTTP/1.1 ")) {
      throw new IOException("\"" + statusLine + "\" (expected: a status line)");
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    var headers = new ArrayList<Header>();
    int length = -1;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      var header = new Header(line.substring(0, colon), line.substring(colon + 1).strip());
      headers.add(header);
      if (header.is("Content-Length")) {
        length = Integer.parseInt(header.value());
      }
    }
    if (head || status == 204 || status == 304 || status == 100) {
      length = 0;
    }
    var body = length < 0 ? in.readAllBytes() : in.readNBytes(length);
    return new Answer(status, headers, body);
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("\"" + bytes + "\" (expected: a whole line)");
      }
      bytes.write(b);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }
}
