package dev.gatehouse.proxy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.telemetry.RequestLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** The Lambda function that EventBridge invokes every minute to probe the services' instances. */
public final class ProbeHandler implements RequestStreamHandler {
  private final Prober prober;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public ProbeHandler() {
    this(Prober.fromEnvironment(System.getenv()));
  }

  ProbeHandler(Prober prober) {
    this.prober = prober;
    this.lifecycle = Lifecycle.register(prober.participants().toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    RequestLog log = RequestLog.begin(context);
    try {
      output.write(prober.serve(input.readAllBytes(), log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted in the middle of a round");
    }
  }
}
