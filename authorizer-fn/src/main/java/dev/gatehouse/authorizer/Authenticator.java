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
 */
final class Authenticator {
  private final TokenVerifier tokens;
  private final Optional<String> apiKeyHeader;

  /**
   * @param apiKeyHeader empty where API keys are not accepted; the header is then like any other
   */
  Authenticator(TokenVerifier tokens, Optional<String> apiKeyHeader) {
    this.tokens = tokens;
    this.apiKeyHeader = apiKeyHeader;
  }

  Outcome decide(Headers headers) {
    List<String> authorization = headers.all("Authorization");
    boolean apiKey = apiKeyHeader.filter(headers::has).isPresent();
    if (authorization.isEmpty()) {
      return apiKey
          ? new Refused(ErrorCode.INVALID_API_KEY, "API key unknown")
          : new Outcome.Anonymous();
    }
    if (apiKey) {
      return Refused.forNow(
          ErrorCode.INVALID_TOKEN, "a token and an API key (expected: one credential)");
    }
    return BearerToken.read(authorization).orRefused(tokens::verify);
  }
}
