package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.proxy.Proxy.Outside;
import dev.gatehouse.proxy.Proxy.Policies;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisAddress;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Environments of the function over one real Redis, each with connections of its own; nothing here
 * keeps records. Registered with a class of tests, it is empty before each and ends with the last.
 */
final class Fleet implements AutoCloseable, BeforeEachCallback, AfterAllCallback {
  private final RealRedis server = RealRedis.start(RealRedis.Trait.CLUSTER);
  private final List<Runnable> closing = new ArrayList<>();

  RealRedis server() {
    return server;
  }

  /** Nothing is known any more. */
  void empty() {
    server.command("FLUSHALL");
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    empty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  /** Another environment, which has answered a request. */
  FrontDoor environment(Gateway gateway) throws IOException {
    return environment(
        gateway, server.address(), InstantSource.system(), redis -> RedisAnswers.in(redis));
  }

  /**
   * @param address the server's, or that of something in front of it
   * @param clock what the environment itself and its cache go by
   */
  FrontDoor environment(Gateway gateway, RedisAddress address, InstantSource clock)
      throws IOException {
    return environment(gateway, address, clock, redis -> RedisAnswers.at(redis, clock));
  }

  private FrontDoor environment(
      Gateway gateway,
      RedisAddress address,
      InstantSource clock,
      Function<Redis, RedisAnswers> answers)
      throws IOException {
    Redis redis =
        new Redis(
            address,
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            clock);
    Names names = Names.ofSystem(clock);
    HttpUpstream http = HttpUpstream.to(gateway.services().values(), names);
    closing.add(redis::close);
    closing.add(http::close);
    CircuitBreaker breaker = CircuitBreaker.in(redis, clock);
    FrontDoor door =
        Proxy.frontDoor(
            gateway,
            new Health(
                gateway,
                "1",
                "live",
                Map.of(),
                Map.of(),
                http,
                breaker,
                new ProbeReports(redis, clock)::members),
            new Policies(
                redis,
                answers.apply(redis),
                new RateLimiter(redis, 1, clock),
                breaker,
                new Revocations(_ -> new AccessFacts.Reading.Known(Map.of()), clock),
                new Passes(Keyring.of(() -> "", clock), clock),
                Slots.in(redis),
                new Ledger(new Dynamo(), "", clock)),
            new Outside(http, names, new OwnZone(Map.of(), http, clock), clock),
            new GatewayMetrics());
    Shop.serve(door, ApiEvent.of("GET", "/healthz"));
    return door;
  }

  /**
   * A prober of its own over this Redis, which does not wait between its probes.
   *
   * @param bound how long its rounds may take
   */
  ProbeHandler prober(Gateway gateway, InstantSource clock, Duration bound) {
    Redis redis =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
    Names names = Names.ofSystem(clock);
    HttpUpstream http = HttpUpstream.to(gateway.services().values(), names);
    closing.add(redis::close);
    closing.add(http::close);
    ProbeRound round =
        new ProbeRound(gateway, names, new Probe(http), redis, _ -> {}, clock, bound);
    return new ProbeHandler(new Prober(round, new GatewayMetrics(), List.of()));
  }

  static Answer get(FrontDoor door, String path) throws IOException {
    return Shop.serve(door, ApiEvent.of("GET", path));
  }

  /** A gateway of these sections, beside an issuer. */
  static Gateway gateway(String sections) {
    String yaml =
        """
        name: fleet
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
        operations: {health: public}
        """
            + sections;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
    server.close();
  }
}
