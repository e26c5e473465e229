package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A function that reads its event and answers: what the runtime and the harness cost. */
public final class EmptyHandler implements RequestStreamHandler {
  private static final byte[] ANSWER = "{\"statusCode\":200,\"body\":\"\"}".getBytes(UTF_8);

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    event.readAllBytes();
    answer.write(ANSWER);
  }
}
