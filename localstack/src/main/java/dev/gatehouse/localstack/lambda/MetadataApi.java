package dev.gatehouse.localstack.lambda;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lambda's metadata endpoint
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-metadata-endpoint.html): tells each
 * environment, by its token, the availability zone that it runs in. The environments of a machine
 * take turns in the zones of the network.
 */
final class MetadataApi extends Handler.Abstract {
  private static final String ROOT = "/2026-01-15/metadata/";
  private static final String ENVIRONMENT = ROOT + "execution-environment";

  /** Of eu-central-1, as many as the network has. */
  private static final List<String> ZONES = List.of("euc1-az1", "euc1-az2");

  private final Map<String, Resident> residents = new ConcurrentHashMap<>();

  private record Resident(Environment environment, String zone) {}

  /** Places an environment. Its token. */
  String admit(Environment environment, int number) {
    String token = UUID.randomUUID().toString();
    residents.put(token, new Resident(environment, ZONES.get(number % ZONES.size())));
    return token;
  }

  void dismiss(Environment environment) {
    residents.values().removeIf(resident -> resident.environment().equals(environment));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (!path.startsWith(ROOT)) {
      return false;
    }
    Resident resident = residents.get(token(request));
    if (resident == null) {
      return write(response, callback, 401, error("an unknown token"));
    }
    if (!path.equals(ENVIRONMENT)) {
      return write(response, callback, 404, error("an unknown resource"));
    }
    if (!request.getMethod().equals("GET")) {
      return write(response, callback, 405, error("another method than GET"));
    }
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "private, max-age=43200, immutable");
    return write(response, callback, 200, "{\"AvailabilityZoneID\":\"" + resident.zone() + "\"}");
  }

  private static String token(Request request) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return authorization != null && authorization.startsWith("Bearer ")
        ? authorization.substring(7)
        : "";
  }

  private static String error(String found) {
    return "{\"errorMessage\":\"" + found + "\"}";
  }

  private static boolean write(Response response, Callback callback, int status, String body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    return true;
  }
}
