package dev.gatehouse.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A Lua script: called by its SHA-1 ({@code EVALSHA}) and, where the server does not know it, by
 * its text ({@code EVAL}), which teaches it.
 *
 * <p>Every key that the script touches stands in KEYS, all of them in one hash slot (one {@code
 * {tag}}), so that clusters and ElastiCache Serverless accept it.
 *
 * @see <a href="https://redis.io/docs/latest/develop/programmability/eval-intro/">Scripting with
 *     Lua</a>
 */
public final class RedisScript {
  private final String text;
  private final String sha1;

  private RedisScript(String text) {
    this.text = text;
    this.sha1 = sha1(text);
  }

  /** A script that lies beside a class, of one file or of several, one after the other. */
  public static RedisScript fromResource(Class<?> owner, String... names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(read(owner, name));
    }
    return new RedisScript(text.toString());
  }

  private static String read(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(
            name + " (expected: a resource beside " + owner.getName() + ")");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A script of this text. */
  public static RedisScript of(String text) {
    return new RedisScript(text);
  }

  /**
   * A call of this script.
   *
   * @param keys of one hash slot
   */
  public RedisCall<RedisValues> call(List<String> keys, List<String> arguments) {
    return binaryCall(
        keys,
        arguments.stream().map(argument -> argument.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** A call of this script with arguments that may be no text. */
  public RedisCall<RedisValues> binaryCall(List<String> keys, List<byte[]> arguments) {
    return RedisCall.script(text, sha1, keys, arguments);
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 (expected: in every JDK)", e);
    }
  }
}
