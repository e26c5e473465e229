package dev.gatehouse.authorizer;

import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisReply.Answered;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of a key set in Redis: {@code jwks:{issuer's name}} holds three lines, the milliseconds
 * since 1970 when the set left the issuer, the URL that it came from, and the set.
 *
 * <p>A copy from another URL is nobody's: gateway.yaml has changed since it was made.
 *
 * @param name our name of the issuer
 * @param kept how long Redis keeps a copy
 */
record RedisKeySetCopies(Redis redis, String name, URI uri, Duration kept) implements KeySetCopies {
  private static final Logger LOG = LoggerFactory.getLogger(RedisKeySetCopies.class);

  @Override
  public Optional<Copy> read() {
    return redis.call(RedisCall.get(key())) instanceof Answered<Optional<byte[]>>(var value)
        ? value.flatMap(octets -> parse(new String(octets, StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  @Override
  public void write(Copy copy) {
    String text = copy.fetchedAt().toEpochMilli() + "\n" + uri + "\n" + copy.json();
    RedisCall<String> set = RedisCall.set(key(), text.getBytes(StandardCharsets.UTF_8), kept);
    if (!(redis.call(set) instanceof Answered<String>)) {
      LOG.info("key set of {} is not in Redis: it is not available", name);
    }
  }

  private String key() {
    return "jwks:{" + name + "}";
  }

  private Optional<Copy> parse(String text) {
    String[] lines = text.split("\n", 3);
    if (lines.length < 3 || !lines[0].matches("\\d{1,15}") || !lines[1].equals(uri.toString())) {
      return Optional.empty();
    }
    return Optional.of(new Copy(Instant.ofEpochMilli(Long.parseLong(lines[0])), lines[2]));
  }
}
