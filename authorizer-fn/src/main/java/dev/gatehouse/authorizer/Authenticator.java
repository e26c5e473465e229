package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Headers;
import java.util.List;
import java.util.Optional;

/**
 * Decides by what a request carries: a token, an API key, or nothing.
 *
 * <p>A request with both is refused. API Gateway keeps an answer under one of the two alone, so an
 * answer that was made with the other one in view would serve callers who never had it; nor may it
 * keep this refusal.
 *
 * <p>An address with too many failed logins is refused before its credential is looked at, and API
 * Gateway may not keep that either: the credential may be good, from elsewhere or later.
 */
final class Authenticator {
  private final TokenVerifier tokens;
  private final Optional<KeyHeader> apiKeys;
  private final FailedLogins failures;

  /**
   * @param apiKeys empty where API keys are not accepted; the header is then like any other
   */
  Authenticator(TokenVerifier tokens, Optional<KeyHeader> apiKeys, FailedLogins failures) {
    this.tokens = tokens;
    this.apiKeys = apiKeys;
    this.failures = failures;
  }

  /** The header that carries API keys, and who verifies them. */
  record KeyHeader(String name, ApiKeyVerifier verifier) {}

  /**
   * Decides.
   *
   * @param address whose failures count
   */
  Outcome decide(Headers headers, String address) {
    List<String> authorization = headers.all("Authorization");
    Optional<KeyHeader> apiKey = apiKeys.filter(keys -> headers.has(keys.name()));
    if (authorization.isEmpty() && apiKey.isEmpty()) {
      return new Outcome.Anonymous();
    }
    if (failures.exhausted(address)) {
      return Refused.forNow(
          ErrorCode.RATE_LIMITED, "too many failed logins of this address (expected: fewer)");
    }
    Outcome outcome = verify(headers, authorization, apiKey);
    if (outcome instanceof Refused refused && refused.guess()) {
      failures.count(address);
    }
    return outcome;
  }

  private Outcome verify(Headers headers, List<String> authorization, Optional<KeyHeader> apiKey) {
    if (apiKey.isEmpty()) {
      return BearerToken.read(authorization).orRefused(tokens::verify);
    }
    KeyHeader keys = apiKey.get();
    return authorization.isEmpty()
        ? keys.verifier().verify(headers.all(keys.name()))
        : Refused.forNow(
            ErrorCode.INVALID_TOKEN, "a token and an API key (expected: one credential)");
  }
}
