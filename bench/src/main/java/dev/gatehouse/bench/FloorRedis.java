package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One bucket in Redis over a raw TLS socket, in RESP2
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 */
final class FloorRedis {
  /** GCRA with one read and one write: the arrival time, the us of a token and of a full bucket. */
  private static final String SCRIPT =
      """
      local clock = redis.call('TIME')
      local now = clock[1] * 1000000 + clock[2]
      local at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + ARGV[1]
      if at - now > tonumber(ARGV[2]) then return 0 end
      redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', 1000)
      return 1
      """;

  private final InputStream replies;
  private final OutputStream commands;
  private byte[] take = {};

  private FloorRedis(InputStream replies, OutputStream commands) {
    this.replies = replies;
    this.commands = commands;
  }

  static FloorRedis connect(String endpoint, String username, String password) throws IOException {
    String[] sides = endpoint.split(":", 2);
    Socket socket =
        SSLSocketFactory.getDefault().createSocket(sides[0], Integer.parseInt(sides[1]));
    socket.setTcpNoDelay(true);
    FloorRedis redis =
        new FloorRedis(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
    redis.call(command("AUTH", username, password));
    String hash = redis.call(command("SCRIPT", "LOAD", SCRIPT));
    redis.take = command("EVALSHA", hash, "1", "{bench}:floor", "1", "1000000");
    return redis;
  }

  /** Whether a token was left. */
  boolean takes() throws IOException {
    return call(take).equals("1");
  }

  private String call(byte[] command) throws IOException {
    commands.write(command);
    commands.flush();
    String reply = line();
    return switch (reply.charAt(0)) {
      case '$' -> line();
      case '-' -> throw new IOException(reply);
      default -> reply.substring(1);
    };
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = replies.read(); c != '\n'; c = replies.read()) {
      if (c < 0) {
        throw new EOFException("Redis closed the connection (expected: a reply)");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static byte[] command(String... words) {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append("$" + word.getBytes(UTF_8).length + "\r\n" + word + "\r\n");
    }
    return command.toString().getBytes(UTF_8);
  }
}
