package dev.gatehouse.peer;

import com.amazonaws.serverless.exceptions.ContainerInitializationException;
import com.amazonaws.serverless.proxy.AsyncInitializationWrapper;
import com.amazonaws.serverless.proxy.model.AwsProxyRequest;
import com.amazonaws.serverless.proxy.model.AwsProxyResponse;
import com.amazonaws.serverless.proxy.spring.SpringBootLambdaContainerHandler;
import com.amazonaws.serverless.proxy.spring.SpringBootProxyHandlerBuilder;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The function: events of API Gateway's proxy integration to Spring's dispatcher and back.
 *
 * <p>It starts as the container's manual tells applications to that may need more than the 10 s
 * that Lambda gives an initialisation: what is left of the start, the first request waits for. The
 * container's own access log, in Apache's format, is off: {@link AccessLog} writes the line.
 */
public final class PeerHandler implements RequestStreamHandler {
  private final SpringBootLambdaContainerHandler<AwsProxyRequest, AwsProxyResponse> container;

  public PeerHandler() throws ContainerInitializationException {
    container =
        new SpringBootProxyHandlerBuilder<AwsProxyRequest>()
            .defaultProxy()
            .initializationWrapper(new AsyncInitializationWrapper())
            .springBootApplication(PeerApplication.class)
            .buildAndInitialize();
    container.setLogFormatter(null);
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    container.proxyStream(event, answer, context);
  }
}
