package dev.gatehouse.authorizer;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Anonymous;
import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.telemetry.RequestLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lambda function behind API Gateway's authorizers.
 *
 * <p>It answers a policy with the caller in its context; for a credential that will always be
 * refused a policy that denies, with the error for the client in its context (the API answers
 * ACCESS_DENIED with 401 and prints it); for one that may heal it ends with exactly {@code
 * Unauthorized}, which API Gateway turns into 401 and does not keep. Nothing else leaves it,
 * whatever it is sent.
 */
public final class AuthorizerHandler implements RequestStreamHandler {
  /** Of the instance: its parts begin their work before the log does. */
  private final Logger faults = LoggerFactory.getLogger(AuthorizerHandler.class);

  private final Authenticator authenticator;
  private final int trustedHops;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public AuthorizerHandler() {
    this(Composition.fromEnvironment(System.getenv()));
  }

  AuthorizerHandler(Composition composition) {
    this(
        composition.authenticator(),
        composition.trustedHops(),
        composition.participants().toArray(Participant[]::new));
  }

  AuthorizerHandler(Authenticator authenticator, int trustedHops, Participant... participants) {
    this.authenticator = authenticator;
    this.trustedHops = trustedHops;
    this.lifecycle = Lifecycle.register(participants);
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    RequestLog log = RequestLog.begin(context);
    AuthorizerRequest request = decode(event);
    Outcome outcome = decide(request);
    Audit.facts(request, outcome).forEach(log::put);
    log.write(Audit.MESSAGE);
    answer.write(
        switch (outcome) {
          case Allowed(var principal, _) -> AuthorizerCodec.allow(request.stage(), principal);
          case Anonymous() -> AuthorizerCodec.allowAnonymous(request.stage());
          case Refused refused when refused.lasting() ->
              AuthorizerCodec.deny(request.stage(), refused.code());
          case Refused _ -> throw new Unauthorized();
        });
  }

  private AuthorizerRequest decode(InputStream event) {
    try {
      return AuthorizerCodec.decode(event, trustedHops);
    } catch (IOException e) {
      faults.warn("event refused: {}", e.getMessage());
      throw new Unauthorized();
    }
  }

  /** A fault of ours is a refusal too: nobody comes in because a check could not be made. */
  private Outcome decide(AuthorizerRequest request) {
    try {
      return authenticator.decide(request.headers(), request.clientAddress());
    } catch (RuntimeException e) {
      faults.error("decision failed", e);
      return Refused.forNow("decision failed");
    }
  }
}
