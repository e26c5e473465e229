package functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.crac.Core;
import org.crac.Resource;

/** A function that does what its payload says; compiled and zipped by the tests of the host. */
public class Probe implements RequestStreamHandler, Resource {
  private final StringBuilder life = new StringBuilder("init");
  private final AtomicInteger invocations = new AtomicInteger();

  public Probe() {
    Core.getGlobalContext().register(this);
    if ("fail".equals(System.getenv("INIT"))) {
      throw new IllegalStateException("init refused");
    }
    if ("exit".equals(System.getenv("INIT"))) {
      Runtime.getRuntime().halt(7);
    }
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    life.append(" checkpoint");
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    life.append(" restore");
    if ("fail".equals(System.getenv("RESTORE"))) {
      throw new IllegalStateException("restore refused");
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String[] words = new String(input.readAllBytes(), StandardCharsets.UTF_8).split(" ", 2);
    String argument = words.length > 1 ? words[1] : "";
    int invocation = invocations.incrementAndGet();
    output.write(
        switch (words[0]) {
          case "life" -> (life + " invoke" + invocation).getBytes(StandardCharsets.UTF_8);
          case "throw" -> throw new IllegalArgumentException(argument);
          case "exit" -> {
            Runtime.getRuntime().halt(Integer.parseInt(argument));
            yield new byte[0];
          }
          case "sleep" -> sleep(argument);
          case "bytes" -> new byte[Integer.parseInt(argument)];
          case "log" -> {
            System.out.println(argument);
            System.err.println(argument);
            yield new byte[0];
          }
          case "environment" -> (new TreeMap<>(System.getenv()) + "").getBytes(StandardCharsets.UTF_8);
          case "directory" ->
              Path.of("").toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
          case "pid" -> ("" + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
          case "context" ->
              (context.getAwsRequestId()
                      + " "
                      + context.getInvokedFunctionArn()
                      + " "
                      + context.getRemainingTimeInMillis()
                      + " "
                      + System.getProperty("com.amazonaws.xray.traceHeader"))
                  .getBytes(StandardCharsets.UTF_8);
          case "resource" -> {
            try (InputStream resource = Probe.class.getResourceAsStream(argument)) {
              yield resource == null ? "none".getBytes(StandardCharsets.UTF_8) : resource.readAllBytes();
            }
          }
          default -> argument.getBytes(StandardCharsets.UTF_8);
        });
  }

  private static byte[] sleep(String millis) {
    try {
      Thread.sleep(Long.parseLong(millis));
      return ("" + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
