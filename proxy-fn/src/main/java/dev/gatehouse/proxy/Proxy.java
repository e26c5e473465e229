package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.Route.Idempotency.Mode;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.proxy.Health.Check;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.Tracing;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
   *     GATEWAY_VERSION, QUEUE_SECRET where there are queues, and what Lambda sets
   */
  static Proxy fromEnvironment(Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    Gateway gateway = Gateway.fromClassPath();
    Dynamo dynamo = new Dynamo();
    Names names = Names.ofSystem(clock);
    HttpUpstream http = HttpUpstream.to(gateway.services().values(), names);
    OwnZone zone = new OwnZone(environment, http, clock);
    CircuitBreaker breaker = CircuitBreaker.in(redis, clock);
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
            http,
            breaker,
            new ProbeReports(redis, clock)::members);
    Ledger ledger = new Ledger(dynamo, environment.getOrDefault("LEDGER_TABLE", ""), clock);
    Policies policies =
        new Policies(
            redis,
            RedisAnswers.in(redis),
            new RateLimiter(redis, RateLimiter.ENVIRONMENTS, clock),
            breaker,
            Revocations.in(dynamo, environment, clock),
            new Passes(Keyring.in(secrets, environment, clock), clock),
            Slots.in(redis),
            ledger);
    Outside outside = new Outside(http, names, zone, clock);
    GatewayMetrics metrics = new GatewayMetrics();
    List<Participant> participants =
        new ArrayList<>(
            List.of(
                redis,
                new Rehearsal(policies, gateway, stage(health, policies, outside), metrics),
                secrets,
                dynamo,
                policies.revocations(),
                http,
                zone,
                new Tracing()));
    if (gateway.routes().stream().anyMatch(route -> route.idempotency().mode() != Mode.OFF)) {
      participants.add(ledger);
    }
    return new Proxy(
        frontDoor(gateway, health, policies, outside, metrics), List.copyOf(participants));
  }

  /**
   * What decides about requests.
   *
   * @param redis where limits and circuits are asked about in one flush
   * @param answers what the cache keeps
   */
  record Policies(
      Redis redis,
      RedisAnswers answers,
      RateLimiter limiter,
      CircuitBreaker breaker,
      Revocations revocations,
      Passes passes,
      Slots slots,
      Ledger ledger) {}

  /** What calls services, from where and when. */
  record Outside(HttpUpstream http, Names names, OwnZone zone, InstantSource clock) {}

  /** Where a rehearsal plays: this function for another gateway, and nothing is counted. */
  private static Function<Gateway, FrontDoor> stage(
      Health health, Policies policies, Outside outside) {
    GatewayMetrics metrics = GatewayMetrics.unwritten();
    return gateway -> frontDoor(gateway, health, policies, outside, metrics);
  }

  /** The pipeline behind its front door. */
  static FrontDoor frontDoor(
      Gateway gateway, Health health, Policies policies, Outside outside, GatewayMetrics metrics) {
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    Set<String> keyHeaders =
        gateway.identity().apiKeys().map(Identity.ApiKeys::header).map(Set::of).orElse(Set.of());
    SecureRandom random = new SecureRandom();
    UpstreamFields fields = new UpstreamFields(new FieldHygiene(keyHeaders));
    Backends backends =
        new Backends(
            gateway.services().values().stream()
                .map(
                    service ->
                        Backend.of(
                            service, outside.names(), random, outside.clock(), outside.zone()))
                .toList(),
            fields,
            outside.http(),
            policies.breaker(),
            Bulkhead.in(policies.redis()),
            metrics,
            Thread::sleep);
    Gate gate = new Gate(cors, outside.clock(), policies.revocations());
    Map<String, Content> pages = new LinkedHashMap<>(SystemPages.of(health));
    pages.putAll(new ServiceAdministration(gateway, policies.breaker()).contents());
    pages.putAll(new CacheAdministration(gateway, policies.answers()).contents());
    Pipeline pipeline =
        new Pipeline(
            gateway,
            new Endpoints(gateway, Owner.PROXY, pages, gate),
            gate,
            new LimitStage(policies.limiter(), metrics, outside.clock()),
            new QueueStage(gateway, policies.passes(), policies.slots(), metrics),
            new CacheStage(policies.answers(), backends, fields, outside.clock(), Thread::sleep),
            new LedgerStage(policies.ledger(), backends, metrics),
            backends,
            policies.redis()::flush,
            metrics);
    return new FrontDoor(gateway, cors, pipeline, metrics);
  }
}
