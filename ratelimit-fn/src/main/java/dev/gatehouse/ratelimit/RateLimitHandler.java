package dev.gatehouse.ratelimit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.telemetry.RequestLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The Lambda function of the limits for everyone who is not the proxy: callers who ask what they
 * have left, operators, and workloads that invoke it directly for a decision.
 */
public final class RateLimitHandler implements RequestStreamHandler {
  private final RateLimitFunction function;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public RateLimitHandler() {
    this(RateLimitFunction.fromEnvironment(System.getenv()));
  }

  RateLimitHandler(RateLimitFunction function) {
    this.function = function;
    this.lifecycle = Lifecycle.register(function.participants().toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    byte[] event = input.readAllBytes();
    if (DecisionService.takes(event)) {
      RequestLog log = RequestLog.begin(context);
      output.write(function.decisions().answer(event, log).getBytes(UTF_8));
      log.put("request_id", context.getAwsRequestId()).write("decision_completed");
    } else {
      function.frontDoor().serve(new ByteArrayInputStream(event), output, context);
    }
  }
}
