package dev.gatehouse.http;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.identity.Access;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.identity.Revocations.Standing;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Who may come in, and with which method: the same for routes and for the gateway's own pages. */
public final class Gate {
  private final CorsPolicy cors;
  private final InstantSource clock;
  private final Revocations revocations;

  public Gate(CorsPolicy cors, InstantSource clock, Revocations revocations) {
    this.cors = cors;
    this.clock = clock;
    this.revocations = revocations;
  }

  /**
   * Makes the caller known and lets it in.
   *
   * @throws GatewayException MISSING_AUTHORIZATION, TOKEN_EXPIRED or ACCESS_DENIED; INVALID_TOKEN
   *     or INVALID_API_KEY for a credential that was revoked; SERVICE_UNAVAILABLE when that cannot
   *     be told
   */
  public void admit(Exchange exchange, Allow allow) {
    exchange.callerIs(Principal.fromContext(exchange.request().authorizer()));
    switch (Access.check(allow, exchange.caller(), clock.instant())) {
      case Access.Granted() -> {
        if (!(allow instanceof Allow.Public)) {
          exchange.caller().ifPresent(caller -> unrevoked(exchange, caller));
        }
      }
      case Access.CredentialMissing() ->
          throw refused(
              exchange,
              ErrorCode.MISSING_AUTHORIZATION,
              "This route asks for a credential.",
              Map.of());
      case Access.CredentialExpired() ->
          throw refused(exchange, ErrorCode.TOKEN_EXPIRED, "The credential has expired.", Map.of());
      case Access.Refused(String required) ->
          throw refused(
              exchange,
              ErrorCode.ACCESS_DENIED,
              "This route asks for " + required + ".",
              Map.of("required", required));
    }
  }

  private void unrevoked(Exchange exchange, Principal caller) {
    switch (revocations.of(caller)) {
      case Standing.Valid() -> {}
      case Standing.Revoked(String reason) -> {
        exchange.log().put("reason", reason);
        ErrorCode code =
            caller.kind() == CredentialKind.API_KEY
                ? ErrorCode.INVALID_API_KEY
                : ErrorCode.INVALID_TOKEN;
        throw refused(exchange, code, "The credential has been revoked.", Map.of());
      }
      case Standing.Unknown(String reason) -> {
        exchange.log().put("reason", "revocations: " + reason);
        throw refused(
            exchange,
            ErrorCode.SERVICE_UNAVAILABLE,
            "Whether the credential still holds cannot be told now.",
            Map.of());
      }
    }
  }

  /**
   * The preflight of a path that answers these methods.
   *
   * @throws GatewayException METHOD_NOT_ALLOWED for every other method
   */
  public GatewayResponse otherMethod(Exchange exchange, Collection<String> allowed) {
    String method = exchange.request().method();
    if (method.equals("OPTIONS")) {
      return cors.preflight(exchange.request(), allowed);
    }
    exchange.answerWith(Headers.of("Allow", String.join(", ", allowed)).fields());
    exchange.log().put("stage", "route");
    throw new GatewayException(
        ErrorCode.METHOD_NOT_ALLOWED,
        "This path does not answer " + method + ".",
        Map.of("allowed", List.copyOf(allowed)));
  }

  /** The refusal of a path under which nothing is served. */
  public static GatewayException notFound() {
    return new GatewayException(ErrorCode.NOT_FOUND, "Nothing is served under this path.");
  }

  private static GatewayException refused(
      Exchange exchange, ErrorCode code, String detail, Map<String, Object> members) {
    exchange.log().put("stage", "authorize");
    return new GatewayException(code, detail, members);
  }
}
