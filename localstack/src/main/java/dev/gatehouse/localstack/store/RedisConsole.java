package dev.gatehouse.localstack.store;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The operator's connection to a Redis server: one command at a time, answers as text. Source: the
 * RESP2 protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 */
public final class RedisConsole implements AutoCloseable {
  private final Socket socket;
  private final InputStream answers;

  private RedisConsole(Socket socket) throws IOException {
    this.socket = socket;
    this.answers = new BufferedInputStream(socket.getInputStream());
  }

  /** A connection over TLS, the host name verified. */
  public static RedisConsole open(int port, SSLContext tls, String user, String password)
      throws IOException {
    Socket plain = new Socket();
    plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1_000);
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
    socket.setSoTimeout((int) Duration.ofSeconds(5).toMillis());
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    RedisConsole console = new RedisConsole(socket);
    console.run("AUTH", user, password);
    return console;
  }

  /**
   * Runs a command; arrays are joined by line ends.
   *
   * @throws IOException with Redis's message if it answers an error
   */
  public String run(String... words) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(ascii("*" + words.length + "\r\n"));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      command.writeBytes(ascii("$" + bytes.length + "\r\n"));
      command.writeBytes(bytes);
      command.writeBytes(ascii("\r\n"));
    }
    socket.getOutputStream().write(command.toByteArray());
    return answer();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String answer() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+', ':' -> rest;
      case '-' -> throw new IOException("Redis: " + rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IOException("Redis: " + line + " (expected: a RESP2 answer)");
    };
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = answers.readNBytes(length + 2);
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private String array(int length) throws IOException {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      items.add(answer());
    }
    return String.join("\n", items);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = answers.read(); octet != '\n'; octet = answers.read()) {
      if (octet < 0) {
        throw new EOFException("Redis closed the connection");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
