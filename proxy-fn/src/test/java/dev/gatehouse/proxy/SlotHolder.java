package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Concurrency;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisAddress;
import dev.gatehouse.redis.RedisLogin;
import dev.gatehouse.redis.RedisOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** An environment that calls a service and never comes back; says {@code held} once it does. */
final class SlotHolder {
  static final Duration LEASE = Duration.ofSeconds(20);

  private SlotHolder() {}

  /** The port of Redis. */
  public static void main(String[] arguments) throws IOException {
    Redis redis =
        new Redis(
            new RedisAddress(
                "127.0.0.1", Integer.parseInt(arguments[0]), false, RedisAddress.Topology.ENDPOINT),
            _ -> new RedisLogin("default", ""),
            new RedisOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Optional.empty()),
            InstantSource.system());
    Bulkhead.Slot slot =
        Bulkhead.at(redis, new ManualClock())
            .ask(redis.flush(), service(Optional.of(Concurrency.fixed(1))), LEASE);
    System.out.println(slot.taken() ? "held" : "refused");
    var _ = System.in.read();
  }

  static Service service(Optional<Concurrency> concurrency) {
    Service plain = CircuitsContract.service("shop");
    return new Service(
        plain.name(),
        plain.target(),
        plain.balance(),
        plain.timeout(),
        plain.retry(),
        plain.breaker(),
        plain.health(),
        plain.tls(),
        false,
        concurrency,
        plain.zones());
  }
}
