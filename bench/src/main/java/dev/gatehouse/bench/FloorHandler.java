package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Map;

/**
 * The floor of a gateway's function: the RS256 signature and times of a token, one EVALSHA of a
 * token bucket, one HTTP/1.1 hop, over raw sockets and without a library; no routes, no header
 * rules, no log line, no recovery from anything.
 *
 * <p>Its variables: {@code FLOOR_KEY} (X.509, base64), {@code FLOOR_REDIS} and {@code
 * FLOOR_SERVICE} (host:port), {@code FLOOR_REDIS_USER} and {@code FLOOR_REDIS_PASSWORD}.
 */
public final class FloorHandler implements RequestStreamHandler {
  private static final byte[] UNAUTHORIZED = "{\"statusCode\":401}".getBytes(UTF_8);
  private static final byte[] TOO_MANY = "{\"statusCode\":429}".getBytes(UTF_8);

  private final FloorToken token;
  private final FloorRedis redis;
  private final FloorService service;

  /** Connects to both. */
  public FloorHandler() throws IOException, GeneralSecurityException {
    Map<String, String> variables = System.getenv();
    token = FloorToken.of(variables.getOrDefault("FLOOR_KEY", ""));
    redis =
        FloorRedis.connect(
            variables.getOrDefault("FLOOR_REDIS", ""),
            variables.getOrDefault("FLOOR_REDIS_USER", ""),
            variables.getOrDefault("FLOOR_REDIS_PASSWORD", ""));
    service = FloorService.connect(variables.getOrDefault("FLOOR_SERVICE", ""));
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    answer.write(answer(new String(event.readAllBytes(), ISO_8859_1)));
  }

  private byte[] answer(String event) throws IOException {
    if (!token.admits(between(event, "\"Authorization\":[\"Bearer ", "\""))) {
      return UNAUTHORIZED;
    }
    if (!redis.takes()) {
      return TOO_MANY;
    }
    String body = service.get(between(event, "\"path\":\"", "\""));
    return ("{\"statusCode\":200,\"headers\":{\"Content-Type\":\"application/json\"},\"body\":\""
            + body.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\"}")
        .getBytes(ISO_8859_1);
  }

  private static String between(String text, String before, String after) {
    int begin = text.indexOf(before) + before.length();
    return text.substring(begin, text.indexOf(after, begin));
  }
}
