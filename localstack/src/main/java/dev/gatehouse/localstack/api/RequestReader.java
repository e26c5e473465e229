package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Reply.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Takes a request from Jetty: its head as it was sent, its body up to 10 MB. */
final class RequestReader {

  /** What came of reading. */
  sealed interface Reading {}

  /** All of it. */
  record Complete(ApiRequest request) implements Reading {}

  /** Its head only; the client is told why. */
  record Broken(ApiRequest head, Refusal refusal) implements Reading {}

  /** The client left. */
  record Gone(IOException cause) implements Reading {}

  /**
   * A body above the limit is read to here, so that a client which reads only after writing sees
   * its 413.
   */
  private static final long DRAINED_AT_MOST = 64L * 1024 * 1024;

  private static final byte[] NO_BODY = {};
  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final boolean traced;
  private final Firewall firewall;

  RequestReader(InstantSource clock, boolean traced, Firewall firewall) {
    this.clock = clock;
    this.traced = traced;
    this.firewall = firewall;
  }

  Reading read(Request request) {
    boolean asks = request.getHeaders().contains("Expect", "100-continue");
    if (request.getLength() > Limits.REQUEST_BYTES && asks) {
      return new Broken(head(request), tooLarge());
    }
    try (var in = Content.Source.asInputStream(request)) {
      var body = request.getLength() == 0 ? NO_BODY : in.readNBytes(Limits.REQUEST_BYTES + 1);
      if (body.length <= Limits.REQUEST_BYTES) {
        return new Complete(complete(request, body));
      }
      drain(in);
      return new Broken(head(request), tooLarge());
    } catch (IOException e) {
      return new Gone(e);
    } catch (RuntimeException e) {
      if (e instanceof HttpException) {
        return new Broken(head(request), malformed(e));
      }
      throw e;
    }
  }

  /** The request without its body. */
  ApiRequest head(Request request) {
    return complete(request, NO_BODY);
  }

  private ApiRequest complete(Request request, byte[] body) {
    var now = clock.instant();
    var headers =
        firewall.pass(
            request.getHeaders().stream()
                .map(
                    field ->
                        new Header(
                            field.getName(), field.getValue() == null ? "" : field.getValue()))
                .toList());
    return new ApiRequest(
        method(request, headers),
        target(request),
        request.getConnectionMetaData().getProtocol(),
        headers,
        Request.getRemoteAddr(request),
        request.isSecure() ? "https" : "http",
        Request.getLocalPort(request),
        now,
        UUID.randomUUID().toString(),
        extendedId(),
        TraceHeader.of(last(headers, TraceHeader.NAME), traced, now),
        body);
  }

  private static String target(Request request) {
    var uri = request.getHttpURI();
    var pathQuery = uri.getPathQuery();
    var target = pathQuery == null || pathQuery.isEmpty() ? "/" : pathQuery;
    return uri.getFragment() == null ? target : target + "#" + uri.getFragment();
  }

  private static String method(Request request, List<Header> headers) {
    var override = last(headers, "X-HTTP-Method-Override");
    return override.isEmpty() ? request.getMethod() : override;
  }

  private static String last(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.is(name))
        .map(Header::value)
        .reduce("", (a, b) -> b);
  }

  private static String extendedId() {
    var bytes = new byte[11];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  private static void drain(InputStream in) throws IOException {
    in.skip(DRAINED_AT_MOST);
  }

  private static Refusal tooLarge() {
    return Refusal.of(GatewayResponseType.REQUEST_TOO_LARGE, "a body above 10 MB");
  }

  private static Refusal malformed(Throwable cause) {
    int status = cause instanceof TimeoutException ? 408 : 400;
    return Refusal.of(
        GatewayResponseType.DEFAULT_4XX, status, "a body that cannot be read: " + cause);
  }
}
