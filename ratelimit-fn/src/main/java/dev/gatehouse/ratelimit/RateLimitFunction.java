package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The function's parts, put together.
 *
 * @param frontDoor serves the events of API Gateway
 * @param decisions answers direct invocations
 * @param participants what has something to do around a checkpoint
 */
record RateLimitFunction(
    FrontDoor frontDoor, DecisionService decisions, List<Participant> participants) {

  /**
   * The parts for this environment.
   *
   * @param environment REDIS_ENDPOINT, REDIS_SECRET, ACCESS_TABLE
   */
  static RateLimitFunction fromEnvironment(Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    Dynamo dynamo = new Dynamo();
    Revocations revocations = Revocations.in(dynamo, environment, clock);
    Gateway gateway = Gateway.fromClassPath();
    RateLimiter limiter = new RateLimiter(redis, RateLimiter.ENVIRONMENTS, clock);
    return of(
        gateway,
        redis,
        limiter,
        revocations,
        clock,
        List.of(redis, new Rehearsal(limiter, gateway), secrets, dynamo, revocations));
  }

  static RateLimitFunction of(
      Gateway gateway,
      Redis redis,
      RateLimiter limiter,
      Revocations revocations,
      InstantSource clock,
      List<Participant> participants) {
    GatewayMetrics metrics = new GatewayMetrics();
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    Map<String, Content> contents = new LinkedHashMap<>();
    contents.putAll(new LimitPage(gateway, limiter, clock).contents());
    contents.putAll(new LimitAdministration(gateway, limiter, new RedisStates(redis)).contents());
    Endpoints endpoints =
        new Endpoints(gateway, Owner.RATELIMIT, contents, new Gate(cors, clock, revocations));
    return new RateLimitFunction(
        new FrontDoor(gateway, cors, endpoints, metrics),
        new DecisionService(gateway, limiter, metrics, clock),
        participants);
  }

  /** Looks at all limits of an address of RFC 5737 that nobody calls from; nothing is spent. */
  private record Rehearsal(RateLimiter limiter, Gateway gateway) implements Participant {
    private static final int ROUNDS = 20;

    @Override
    public void prime() {
      List<Limit> limits = List.copyOf(gateway.limits().values());
      for (int i = 0; i < ROUNDS; i++) {
        limiter.look(limits, Caller.anonymous("192.0.2.0", "rehearsal"));
      }
    }
  }
}
