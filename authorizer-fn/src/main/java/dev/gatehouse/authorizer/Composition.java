package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Authenticator.KeyHeader;
import dev.gatehouse.authorizer.TokenVerifier.Trusted;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Issuer.KeySource.Jwks;
import dev.gatehouse.config.Issuer.KeySource.SharedSecret;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.ratelimit.RateLimiter;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.secrets.Secrets.Secret;
import dev.gatehouse.telemetry.Tracing;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The function's parts, put together.
 *
 * @param trustedHops how many proxies of ours stand in front of API Gateway
 * @param participants what has something to do around a checkpoint, in the order of a restore
 */
record Composition(Authenticator authenticator, int trustedHops, List<Participant> participants) {
  /**
   * @param environment {@code REDIS_ENDPOINT} and {@code REDIS_SECRET}, a secret with the members
   *     {@code username} and {@code password}; with API keys {@code ACCESS_TABLE} and {@code
   *     API_KEY_PEPPER}
   */
  static Composition fromEnvironment(Map<String, String> environment) {
    CompletableFuture<Gateway> reading =
        CompletableFuture.supplyAsync(
            Gateway::fromClassPath, task -> Thread.ofPlatform().daemon().start(task));
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    Gateway gateway = reading.join();
    Identity identity = gateway.identity();
    List<Trusted> issuers =
        identity.issuers().stream()
            .map(issuer -> new Trusted(issuer, keys(issuer, identity, redis, secrets, clock)))
            .toList();
    TokenVerifier tokens =
        new TokenVerifier(
            issuers,
            new ClaimChecks(identity.clockSkew(), identity.maxLifetime(), clock),
            new ClaimMapping(identity.clockSkew(), gateway.countedClaims()));
    Dynamo dynamo = new Dynamo();
    Optional<KeyHeader> apiKeys =
        identity
            .apiKeys()
            .map(
                keys -> new KeyHeader(keys.header(), apiKeys(secrets, dynamo, environment, clock)));
    FailedLogins failures = failedLogins(gateway, redis, clock);
    return new Composition(
        new Authenticator(tokens, apiKeys, failures),
        gateway.trustedHops(),
        List.of(redis, secrets, dynamo, new Tracing(), new Rehearsal(issuers, apiKeys, failures)));
  }

  private static ApiKeyVerifier apiKeys(
      Secrets secrets, Dynamo dynamo, Map<String, String> environment, InstantSource clock) {
    AccessTable table = new AccessTable(dynamo, environment.getOrDefault("ACCESS_TABLE", ""));
    PepperSecret pepper = PepperSecret.in(secrets, environment, clock);
    return new ApiKeyVerifier(pepper, new HeldApiKeys(new DynamoApiKeys(table), clock), clock);
  }

  private static FailedLogins failedLogins(Gateway gateway, Redis redis, InstantSource clock) {
    return gateway
        .identity()
        .failedLogins()
        .map(name -> Objects.requireNonNull(gateway.limits().get(name)))
        .map(
            limit ->
                FailedLogins.by(limit, new RateLimiter(redis, RateLimiter.ENVIRONMENTS, clock)))
        .orElse(FailedLogins.UNLIMITED);
  }

  private static IssuerKeys keys(
      Issuer issuer, Identity identity, Redis redis, Secrets secrets, InstantSource clock) {
    return switch (issuer.keys()) {
      case Jwks(URI uri) -> {
        Duration kept = JwksKeys.longest(identity.staleKeys());
        KeySetCopies copies = new RedisKeySetCopies(redis, issuer.name(), uri, kept);
        yield new JwksKeys(
            issuer.name(),
            new TracedKeySets(new HttpKeySets(uri)),
            copies,
            identity.staleKeys(),
            clock);
      }
      case SharedSecret(String name) ->
          new SecretKeys(issuer.name(), () -> text(secrets.text(name)), clock);
    };
  }

  private static Optional<String> text(Secret secret) {
    return switch (secret) {
      case Secret.Known(String text) -> Optional.of(text);
      case Secret.Unavailable unavailable -> Optional.empty();
    };
  }
}
