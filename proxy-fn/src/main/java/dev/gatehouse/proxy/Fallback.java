package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Messages;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A route's own answer to GET and HEAD in place of the problem that a service without an answer
 * means. Requests that may have had an effect are told the truth.
 */
record Fallback(GatewayResponse answer) {
  /** Names the problem that it stands for. */
  static final String FIELD = "X-Fallback";

  private static final Set<String> SAFE = Set.of("GET", "HEAD");

  private static final Set<ErrorCode> WITHOUT_ANSWER =
      Set.of(
          ErrorCode.UPSTREAM_ERROR,
          ErrorCode.UPSTREAM_TIMEOUT,
          ErrorCode.RESPONSE_TOO_LARGE,
          ErrorCode.CIRCUIT_OPEN,
          ErrorCode.SERVICE_UNAVAILABLE);

  /** Read once: a file is in the configuration layer. */
  static Fallback of(Messages.Fallback setting) {
    byte[] body =
        setting
            .body()
            .map(text -> text.getBytes(UTF_8))
            .or(() -> setting.file().map(Gateway::fileFromClassPath))
            .orElseThrow();
    Headers fields = Headers.of("Content-Type", setting.type());
    return new Fallback(new GatewayResponse(setting.status(), fields, body));
  }

  /** The answer; empty where the problem is to be told. */
  Optional<GatewayResponse> insteadOf(Exchange exchange, GatewayException problem) {
    String method = exchange.request().method();
    boolean keptOnly = CacheControl.of(exchange.request().headers()).has("only-if-cached");
    if (!SAFE.contains(method) || !WITHOUT_ANSWER.contains(problem.code()) || keptOnly) {
      return Optional.empty();
    }
    String word = problem.code().code().toLowerCase(Locale.ROOT).replace('_', '-');
    exchange.answerWith(Headers.of(FIELD, word).fields());
    exchange.log().put("fallback", word);
    return Optional.of(
        method.equals("HEAD") ? GatewayResponse.empty(answer.status(), answer.headers()) : answer);
  }
}
