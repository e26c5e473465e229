package dev.gatehouse.proxy;

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
            .ask(redis.flush(), BulkheadIT.service(1, 1), BulkheadIT.LEASE);
    System.out.println(slot.taken() ? "held" : "refused");
    var _ = System.in.read();
  }
}
