package dev.gatehouse.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may be believed about who is calling.
 *
 * @param issuers none unless set; their names and their issuer values differ
 * @param apiKeys present when API keys are accepted
 * @param cache how long API Gateway may keep an authorizer's answer, 0 s to 1 h (the service's
 *     bounds); 5 min unless set
 * @param clockSkew tolerated difference between an issuer's clock and ours; 60 s unless set
 * @param maxLifetime longest accepted time between now and a token's {@code exp}; 24 h unless set
 * @param staleKeys how long the last good key set is used while its issuer is down; 1 h unless set
 * @param failedLogins the name of the {@link Limit} that an address's failed logins spend;
 *     unlimited unless set
 */
public record Identity(
    List<Issuer> issuers,
    Optional<ApiKeys> apiKeys,
    Duration cache,
    Duration clockSkew,
    Duration maxLifetime,
    Duration staleKeys,
    Optional<String> failedLogins) {

  /** An identity without issuers and API keys. */
  public static final Identity NONE =
      new Identity(
          List.of(),
          Optional.empty(),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60),
          Duration.ofHours(24),
          Duration.ofHours(1),
          Optional.empty());

  public Identity {
    issuers = List.copyOf(issuers);
  }

  /**
   * API keys.
   *
   * @param header the header that carries the key, X-API-Key unless set
   */
  public record ApiKeys(String header) {
    /** X-API-Key. */
    public static final String DEFAULT_HEADER = "X-API-Key";
  }
}
