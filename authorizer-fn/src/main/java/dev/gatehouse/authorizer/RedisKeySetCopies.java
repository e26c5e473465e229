package dev.gatehouse.authorizer;

import dev.gatehouse.identity.KeySetCopy;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisReply.Answered;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link KeySetCopy} of an issuer.
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
    return redis.call(RedisCall.get(KeySetCopy.key(name)))
            instanceof Answered<Optional<byte[]>>(var value)
        ? value
            .flatMap(KeySetCopy::parse)
            .filter(copy -> copy.url().equals(uri.toString()))
            .map(copy -> new Copy(copy.fetchedAt(), copy.json()))
        : Optional.empty();
  }

  @Override
  public boolean write(Copy copy) {
    KeySetCopy written = new KeySetCopy(copy.fetchedAt(), uri.toString(), copy.json());
    RedisCall<String> set = RedisCall.set(KeySetCopy.key(name), written.octets(), kept);
    boolean done = redis.call(set) instanceof Answered<String>;
    if (!done) {
      LOG.info("key set of {} is not in Redis: it is not available", name);
    }
    return done;
  }
}
