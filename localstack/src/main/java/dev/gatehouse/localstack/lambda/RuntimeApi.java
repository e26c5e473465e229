package dev.gatehouse.localstack.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for all
 * environments, each under a path of its own: {@code /{environment}/2018-06-01/runtime/…}.
 */
final class RuntimeApi extends Handler.Abstract {
  private static final String VERSION = "2018-06-01/runtime/";
  private static final byte[] ACCEPTED = "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] REFUSED =
      "{\"errorType\":\"InvalidRequestID\",\"errorMessage\":\"not this environment's invocation\"}"
          .getBytes(StandardCharsets.UTF_8);

  private final InstantSource clock;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Resident> residents = new ConcurrentHashMap<>();

  private record Resident(Environment environment, Duration timeout) {}

  RuntimeApi(InstantSource clock) {
    this.clock = clock;
  }

  void admit(Environment environment, Duration timeout) {
    residents.put(environment.id(), new Resident(environment, timeout));
  }

  void dismiss(Environment environment) {
    residents.remove(environment.id());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    int slash = path.indexOf('/', 1);
    Resident resident = slash < 0 ? null : residents.get(path.substring(1, slash));
    if (resident == null || !path.startsWith(VERSION, slash + 1)) {
      return write(response, callback, 403, REFUSED);
    }
    String resource = path.substring(slash + 1 + VERSION.length());
    return switch (resource) {
      case "invocation/next" -> next(resident, response, callback);
      case "restore/next" -> park(resident.environment(), response, callback);
      case "init/error", "restore/error" -> {
        resident.environment().end(error(body(request)));
        yield write(response, callback, 202, ACCEPTED);
      }
      default ->
          answer(resident.environment(), resource.split("/", -1), request, response, callback);
    };
  }

  private boolean next(Resident resident, Response response, Callback callback) {
    var _ =
        resident
            .environment()
            .next()
            .thenAccept(invocation -> deliver(invocation, resident.timeout(), response, callback))
            .exceptionally(ended -> gone(response, callback));
    return true;
  }

  private void deliver(
      Invocation invocation, Duration timeout, Response response, Callback callback) {
    response
        .getHeaders()
        .put("Lambda-Runtime-Aws-Request-Id", invocation.id())
        .put("Lambda-Runtime-Deadline-Ms", "" + clock.instant().plus(timeout).toEpochMilli())
        .put("Lambda-Runtime-Invoked-Function-Arn", invocation.arn())
        .put("Lambda-Runtime-Trace-Id", invocation.traceHeader());
    write(response, callback, 200, invocation.payload());
    invocation.begun().complete(null);
  }

  private static boolean park(Environment environment, Response response, Callback callback) {
    var _ =
        environment
            .park()
            .thenAccept(restored -> write(response, callback, 200, ACCEPTED))
            .exceptionally(ended -> gone(response, callback));
    return true;
  }

  private static @Nullable Void gone(Response response, Callback callback) {
    write(response, callback, 410, REFUSED);
    return null;
  }

  private boolean answer(
      Environment environment,
      String[] resource,
      Request request,
      Response response,
      Callback callback)
      throws IOException {
    byte[] body = body(request);
    if (resource.length != 3 || !resource[0].equals("invocation")) {
      return write(response, callback, 404, REFUSED);
    }
    Outcome outcome =
        switch (resource[2]) {
          case "response" -> Quota.answer(body);
          default -> error(body);
        };
    boolean accepted = environment.answer(resource[1], outcome);
    return write(response, callback, accepted ? 202 : 400, accepted ? ACCEPTED : REFUSED);
  }

  private Outcome error(byte[] body) throws IOException {
    try {
      JsonNode error = json.readTree(body);
      return new Outcome.Failed(
          error.path("errorType").asText("Unknown"), error.path("errorMessage").asText(""));
    } catch (JsonProcessingException e) {
      return new Outcome.Failed("Unknown", new String(body, StandardCharsets.UTF_8));
    }
  }

  private static byte[] body(Request request) throws IOException {
    return BufferUtil.toArray(Content.Source.asByteBuffer(request));
  }

  /** The client's native part needs a Content-Type on every answer with a body. */
  private static boolean write(Response response, Callback callback, int status, byte[] body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
