package dev.gatehouse.queue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The Lambda function behind queues, their waiting rooms and their administration. */
public final class QueueHandler implements RequestStreamHandler {
  private final QueueFunction function;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public QueueHandler() {
    this(QueueFunction.fromEnvironment(System.getenv()));
  }

  QueueHandler(QueueFunction function) {
    this.function = function;
    this.lifecycle = Lifecycle.register(function.participants().toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    function.frontDoor().serve(input, output, context);
  }
}
