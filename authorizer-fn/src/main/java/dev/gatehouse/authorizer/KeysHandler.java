package dev.gatehouse.authorizer;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The Lambda function behind {@code /admin/keys} and {@code /admin/revocations}. */
public final class KeysHandler implements RequestStreamHandler {
  private final Administration administration;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public KeysHandler() {
    this(Administration.fromEnvironment(System.getenv()));
  }

  KeysHandler(Administration administration) {
    this.administration = administration;
    this.lifecycle = Lifecycle.register(administration.participants().toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    administration.frontDoor().serve(input, output, context);
  }
}
