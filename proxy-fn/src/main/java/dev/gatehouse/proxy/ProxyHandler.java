package dev.gatehouse.proxy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The Lambda function behind every route of the gateway. */
public final class ProxyHandler implements RequestStreamHandler {
  private final Proxy proxy;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public ProxyHandler() {
    this(Proxy.fromEnvironment(System.getenv()));
  }

  ProxyHandler(Proxy proxy) {
    this.proxy = proxy;
    this.lifecycle = Lifecycle.register(proxy.participants().toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    proxy.frontDoor().serve(input, output, context);
  }
}
