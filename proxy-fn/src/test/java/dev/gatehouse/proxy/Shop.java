package dev.gatehouse.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.DynamoTap;
import dev.gatehouse.dynamo.RealDynamo;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.proxy.Proxy.Outside;
import dev.gatehouse.proxy.Proxy.Policies;
import dev.gatehouse.queue.Keyring;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole pipeline over a real Redis and a real DynamoDB, with a tap in the line to the latter,
 * for routes that keep records.
 */
final class Shop implements AutoCloseable {
  static final Instant LATER = Instant.parse("2026-11-23T00:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RealDynamo store = RealDynamo.start();
  private final DynamoTap tap = DynamoTap.before(store.endpoint());
  private final RealRedis redisServer = RealRedis.start();
  private final AwsSettings settings;
  private final Dynamo dynamo = new Dynamo();
  private final Names names = Names.ofSystem(InstantSource.system());
  private final HttpUpstream http = HttpUpstream.to(List.of(), names);
  private final Redis redis =
      new Redis(
          redisServer.address(),
          renewed -> redisServer.login(),
          new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
          InstantSource.system());

  /**
   * @param tapped whether calls of DynamoDB pass the tap
   */
  Shop(boolean tapped) {
    store.createLedger("Ledger");
    settings = tapped ? tap.settings() : store.settings();
  }

  DynamoTap tap() {
    return tap;
  }

  /** The real Redis. */
  RealRedis redis() {
    return redisServer;
  }

  /** Forgets all limits and circuits. */
  void clearLimits() {
    redisServer.command("FLUSHALL");
  }

  /** A function's environment with this clock before that back end. */
  FrontDoor environment(String backEnd, ManualClock clock) {
    Gateway gateway = gateway(backEnd);
    CircuitBreaker breaker = CircuitBreaker.in(redis, clock);
    return Proxy.frontDoor(
        gateway,
        new Health(gateway, "1", "live", Map.of(), Map.of(), http, breaker, _ -> Map.of()),
        new Policies(
            redis,
            RedisAnswers.in(redis),
            new RateLimiter(redis, 1, clock),
            breaker,
            new Revocations(_ -> new AccessFacts.Reading.Known(Map.of()), clock),
            new Passes(Keyring.of(() -> "", clock), clock),
            Slots.in(redis),
            new Ledger(dynamo, "Ledger", clock)),
        new Outside(http, names, new OwnZone(Map.of(), http, clock), clock),
        new GatewayMetrics());
  }

  /**
   * One answer of the function.
   *
   * @param fields as the event's {@code multiValueHeaders}
   */
  @SuppressWarnings("ArrayRecordComponent") // A body is compared octet by octet.
  record Answer(int status, JsonNode fields, byte[] body) {
    List<String> all(String name) {
      return fields.path(name).valueStream().map(JsonNode::textValue).toList();
    }

    JsonNode problem() throws IOException {
      return JSON.readTree(body);
    }

    /** The problem's code, or nothing. */
    String code() throws IOException {
      return all("Content-Type").contains("application/problem+json")
          ? problem().path("code").textValue()
          : "";
    }
  }

  static Answer serve(FrontDoor door, ApiEvent event) throws IOException {
    return serve(door, event, Duration.ofSeconds(29));
  }

  static Answer serve(FrontDoor door, ApiEvent event, Duration remaining) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    door.serve(new ByteArrayInputStream(event.json()), output, new Invocation(remaining));
    JsonNode answer = JSON.readTree(output.toByteArray());
    byte[] text = answer.path("body").textValue().getBytes(StandardCharsets.UTF_8);
    boolean binary = answer.path("isBase64Encoded").booleanValue();
    return new Answer(
        answer.path("statusCode").intValue(),
        answer.path("multiValueHeaders"),
        binary ? Base64.getDecoder().decode(text) : text);
  }

  @Override
  public void close() {
    http.close();
    redis.close();
    redisServer.close();
    dynamo.close();
    settings.close();
    tap.close();
    store.close();
  }

  private static Gateway gateway(String url) {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
        limits:
          narrow: {by: user, rate: 1/m, burst: 2}
        services:
          s: {url: "URL", timeout: {connect: 250ms, request: 1s}}
        routes:
          - {match: POST /orders, to: s, allow: {scopes: [buy]}, idempotency: {mode: required, ttl: 5m}}
          - {match: POST /orders/*, to: s, allow: {scopes: [buy]}, idempotency: {mode: required, ttl: 5m}}
          - {match: POST /uuids, to: s, allow: jwt, idempotency: {mode: required, ttl: 5m, keyFormat: uuid4, conflictStatus: 409}}
          - {match: POST /maybe, to: s, allow: jwt, idempotency: optional}
          - {match: POST /never, to: s, allow: jwt}
          - {match: POST /again, to: s, allow: jwt, idempotency: {mode: required, ttl: 5m, upstream: deduplicates}}
          - {match: POST /all, to: s, allow: jwt, idempotency: {mode: required, ttl: 5m, store: all}}
          - {match: POST /limited, to: s, allow: jwt, limits: [narrow], idempotency: required}
          - {match: POST /flood, to: s, allow: {scopes: [buy]}, timeout: 20s, idempotency: required}
          - {match: POST /open, to: s, allow: public, idempotency: optional}
        """
            .replace("URL", url);
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }
}
