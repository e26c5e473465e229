package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Text;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checks of a genuine token's registered claims (RFC 7519 section 4.1), in their order.
 *
 * @param skew tolerated difference between the issuer's clock and ours
 * @param maxLifetime longest accepted time from now to {@code exp}, and from {@code iat} to it
 */
record ClaimChecks(Duration skew, Duration maxLifetime, InstantSource clock) {
  static final int MAX_SUBJECT_LENGTH = 256;

  /** The first claim that is not as it must be. */
  Optional<Refused> firstFault(Map<String, Object> claims, Issuer issuer) {
    Instant now = clock.instant();
    return expiry(claims, now)
        .or(() -> notBefore(claims, now))
        .or(() -> issuedAt(claims, now))
        .or(() -> lifetime(claims, now))
        .or(() -> audience(claims, issuer.audiences()))
        .or(() -> identifier(claims, "sub"))
        .or(() -> identifier(claims, "jti"));
  }

  private Optional<Refused> expiry(Map<String, Object> claims, Instant now) {
    Optional<Instant> end = NumericDate.of(claims.get("exp"));
    if (end.isEmpty()) {
      return refused("exp missing or no date (expected: seconds since 1970, a number)");
    }
    if (now.isBefore(end.get().plus(skew))) {
      return Optional.empty();
    }
    return Optional.of(new Refused(ErrorCode.TOKEN_EXPIRED, "exp " + end.get() + " is over"));
  }

  private Optional<Refused> notBefore(Map<String, Object> claims, Instant now) {
    return notLater(claims, "nbf", now.plus(skew));
  }

  private Optional<Refused> issuedAt(Map<String, Object> claims, Instant now) {
    return notLater(claims, "iat", now.plus(skew));
  }

  private static Optional<Refused> notLater(
      Map<String, Object> claims, String name, Instant latest) {
    if (!claims.containsKey(name)) {
      return Optional.empty();
    }
    Optional<Instant> time = NumericDate.of(claims.get(name));
    if (time.isEmpty()) {
      return refused(name + " is no date (expected: seconds since 1970, a number)");
    }
    return time.get().isAfter(latest)
        ? Optional.of(
            Refused.forNow(name + " " + time.get() + " (expected: at most " + latest + ")"))
        : Optional.empty();
  }

  private Optional<Refused> lifetime(Map<String, Object> claims, Instant now) {
    Instant end = NumericDate.of(claims.get("exp")).orElseThrow();
    Instant begin = NumericDate.of(claims.get("iat")).orElse(now);
    Instant reference = begin.isBefore(now) ? begin : now;
    Duration lifetime = Duration.between(reference, end);
    return lifetime.compareTo(maxLifetime.plus(skew)) > 0
        ? Optional.of(
            Refused.forNow("lifetime " + lifetime + " (expected: at most " + maxLifetime + ")"))
        : Optional.empty();
  }

  /** Not asked for where gateway.yaml names no audience. */
  private static Optional<Refused> audience(Map<String, Object> claims, List<String> accepted) {
    Object audience = claims.get("aud");
    if (accepted.isEmpty()) {
      return Optional.empty();
    }
    if (audience == null) {
      return refused("aud missing (expected: one of ours)");
    }
    List<?> named = audience instanceof List<?> list ? list : List.of(audience);
    if (!named.stream().allMatch(String.class::isInstance)) {
      return refused("aud of another form (expected: a string or an array of strings)");
    }
    return named.stream().anyMatch(accepted::contains)
        ? Optional.empty()
        : refused("aud names others (expected: one of ours)");
  }

  /**
   * {@code sub} may be absent where another claim names the user; the mapping asks for that one.
   */
  private static Optional<Refused> identifier(Map<String, Object> claims, String name) {
    Object value = claims.get(name);
    return value == null || (value instanceof String text && Text.plain(text, MAX_SUBJECT_LENGTH))
        ? Optional.empty()
        : refused(name + " of another form (expected: 1 to 256 printable characters)");
  }

  private static Optional<Refused> refused(String reason) {
    return Optional.of(Refused.token(reason));
  }
}
