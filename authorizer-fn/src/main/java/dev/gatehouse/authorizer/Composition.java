package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.TokenVerifier.Trusted;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Issuer.KeySource.Jwks;
import dev.gatehouse.config.Issuer.KeySource.SharedSecret;
import dev.gatehouse.lifecycle.Participant;
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
import java.util.Optional;

/**
 * The function's parts, put together.
 *
 * @param participants what has something to do around a checkpoint, in the order of a restore
 */
record Composition(Authenticator authenticator, List<Participant> participants) {

  /**
   * @param environment {@code REDIS_ENDPOINT} and {@code REDIS_SECRET}, a secret with the members
   *     {@code username} and {@code password}
   */
  static Composition of(Identity identity, Map<String, String> environment) {
    Tracing.configure();
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    List<Trusted> issuers =
        identity.issuers().stream()
            .map(issuer -> new Trusted(issuer, keys(issuer, identity, redis, secrets, clock)))
            .toList();
    TokenVerifier tokens =
        new TokenVerifier(
            issuers,
            new ClaimChecks(identity.clockSkew(), identity.maxLifetime(), clock),
            new ClaimMapping(identity.clockSkew()));
    Optional<String> apiKeyHeader = identity.apiKeys().map(Identity.ApiKeys::header);
    return new Composition(
        new Authenticator(tokens, apiKeyHeader), List.of(redis, secrets, new Rehearsal(issuers)));
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
