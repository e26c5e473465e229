package dev.gatehouse.proxy;

import dev.gatehouse.config.Issuer;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.Dynamo.Reachability;
import dev.gatehouse.identity.KeySetCopy;
import dev.gatehouse.proxy.Health.Check;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How health looks at stores and key sets. */
record HealthChecks(Redis redis, Dynamo dynamo, InstantSource clock) {
  Check redisAnswers() {
    return switch (redis.ping()) {
      case Answered<Duration>(Duration latency) -> Check.up(latency);
      case Unavailable<Duration> unavailable -> Check.down(Duration.ZERO);
    };
  }

  Check table(String table) {
    return switch (dynamo.reach(table)) {
      case Reachability.Reachable(Duration latency) -> Check.up(latency);
      case Reachability.Unreachable(String reason, Duration latency) -> Check.down(latency);
    };
  }

  /** What the authorizer shares of each issuer that publishes its keys. */
  Map<String, Supplier<Check>> keySets(List<Issuer> issuers) {
    Map<String, Supplier<Check>> keySets = new LinkedHashMap<>();
    issuers.stream()
        .filter(issuer -> issuer.keys() instanceof Issuer.KeySource.Jwks)
        .map(Issuer::name)
        .forEach(issuer -> keySets.put(issuer, () -> keySet(issuer)));
    return keySets;
  }

  /** Unknown until a token has come, and while Redis is away. */
  private Check keySet(String issuer) {
    long started = System.nanoTime();
    RedisReply<Optional<byte[]>> reply = redis.call(RedisCall.get(KeySetCopy.key(issuer)));
    Duration latency = Duration.ofNanos(System.nanoTime() - started);
    return reply instanceof Answered<Optional<byte[]>>(Optional<byte[]> copy)
        ? copy.flatMap(KeySetCopy::parse)
            .map(set -> Duration.between(set.fetchedAt(), clock.instant()))
            .map(age -> Check.up(latency).aged(age))
            .orElse(Check.unknown())
        : Check.unknown();
  }
}
