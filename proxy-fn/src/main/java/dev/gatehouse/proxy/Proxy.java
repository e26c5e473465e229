package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.Route.Idempotency.Mode;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.proxy.Health.Check;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The function's parts, put together.
 *
 * @param frontDoor serves the events
 * @param participants what has something to do around a checkpoint
 */
record Proxy(FrontDoor frontDoor, List<Participant> participants) {
  /**
   * The parts for this environment.
   *
   * @param environment REDIS_ENDPOINT, REDIS_SECRET, LEDGER_TABLE, ACCESS_TABLE, GATEWAY_STAGE,
   *     GATEWAY_VERSION, and QUEUE_SECRET where there are queues
   */
  static Proxy fromEnvironment(Map<String, String> environment) {
    Tracing.configure();
    InstantSource clock = InstantSource.system();
    Gateway gateway = Gateway.fromClassPath();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    Dynamo dynamo = new Dynamo();
    HttpUpstream http = HttpUpstream.to(gateway.services().values());
    Map<String, Supplier<Check>> stores = new LinkedHashMap<>();
    HealthChecks checks = new HealthChecks(redis, dynamo, clock);
    stores.put("redis", checks::redisAnswers);
    stores.put("dynamodb", () -> checks.table(environment.getOrDefault("LEDGER_TABLE", "")));
    Health health =
        new Health(
            gateway,
            environment.getOrDefault("GATEWAY_VERSION", "unknown"),
            environment.getOrDefault("GATEWAY_STAGE", "unknown"),
            stores,
            checks.keySets(gateway.identity().issuers()),
            http);
    RateLimiter limiter = new RateLimiter(redis, RateLimiter.ENVIRONMENTS, clock);
    Revocations revocations = Revocations.in(dynamo, environment, clock);
    Ledger ledger = new Ledger(dynamo, environment.getOrDefault("LEDGER_TABLE", ""), clock);
    List<Participant> participants =
        new ArrayList<>(
            List.of(redis, new Rehearsal(limiter, gateway), secrets, dynamo, revocations, http));
    if (gateway.routes().stream().anyMatch(route -> route.idempotency().mode() != Mode.OFF)) {
      participants.add(ledger);
    }
    return new Proxy(
        frontDoor(
            gateway,
            health,
            limiter,
            revocations,
            new Passes(Keyring.in(secrets, environment, clock), clock),
            Slots.in(redis),
            ledger,
            http,
            clock),
        List.copyOf(participants));
  }

  /**
   * Decides all limits a few times for an address of RFC 5737 that nobody calls from: the first
   * teaches Redis the script, the others run as requests will.
   */
  private record Rehearsal(RateLimiter limiter, Gateway gateway) implements Participant {
    private static final int ROUNDS = 20;

    @Override
    public void prime() {
      List<Limit> limits = List.copyOf(gateway.limits().values());
      for (int i = 0; i < ROUNDS; i++) {
        limiter.decide(limits, Caller.anonymous("192.0.2.0", "rehearsal"));
      }
    }
  }

  /** The pipeline behind its front door. */
  static FrontDoor frontDoor(
      Gateway gateway,
      Health health,
      RateLimiter limiter,
      Revocations revocations,
      Passes passes,
      Slots slots,
      Ledger ledger,
      HttpUpstream http,
      InstantSource clock) {
    GatewayMetrics metrics = new GatewayMetrics();
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    Set<String> keyHeaders =
        gateway.identity().apiKeys().map(Identity.ApiKeys::header).map(Set::of).orElse(Set.of());
    Backends backends =
        new Backends(
            gateway.services(), new UpstreamFields(new FieldHygiene(keyHeaders)), http, metrics);
    Gate gate = new Gate(cors, clock, revocations);
    Pipeline pipeline =
        new Pipeline(
            gateway,
            new Endpoints(gateway, Owner.PROXY, SystemPages.of(health), gate),
            gate,
            new LimitStage(limiter, metrics, clock),
            new QueueStage(gateway, passes, slots, metrics),
            new LedgerStage(ledger, backends, metrics));
    return new FrontDoor(gateway, cors, pipeline, metrics);
  }
}
