package dev.gatehouse.localstack.api;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An API on a port of the loopback interface. Each request has a virtual thread. Jetty lets every
 * target through as it was sent and keeps the spelling of header names; what it rejects all the
 * same ({@code %00} in a path, what is no HTTP) is answered by the API's gateway responses.
 */
public final class ApiServer implements AutoCloseable {

  /** Above what API Gateway takes, so that the API answers and not the parser. */
  private static final int HEADER_BUFFER = 64 * 1024;

  /** A client that sends nothing for that long is left (API Gateway's own is not documented). */
  private static final long IDLE_MILLIS = 30_000;

  private final Server server;
  private final ServerConnector connector;
  private final RestApi api;

  private ApiServer(Server server, ServerConnector connector, RestApi api) {
    this.server = server;
    this.connector = connector;
    this.api = api;
  }

  /**
   * Listens.
   *
   * @param port zero: any free one
   * @param before asked before the API, in order; each may decline a request
   * @throws IOException if the port is taken
   */
  public static ApiServer start(RestApi api, int port, List<Handler> before) throws IOException {
    var threads = new QueuedThreadPool();
    threads.setName("api");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    var server = new Server(threads);
    var connector = new ServerConnector(server, new AsSpeltConnections(configuration()));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Sequence(Stream.concat(before.stream(), Stream.of(api)).toList()));
    server.setErrorHandler(
        (request, response, callback) -> reject(api, request, response, callback));
    try {
      server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("port " + port + ": " + e.getMessage(), e);
    }
    return new ApiServer(server, connector, api);
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the API's server did not stop", e);
    } finally {
      api.close();
    }
  }

  private static HttpConfiguration configuration() {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEADER_BUFFER);
    http.setResponseHeaderSize(HEADER_BUFFER);
    http.setUriCompliance(UriCompliance.UNSAFE);
    http.setHttpCompliance(
        HttpCompliance.RFC9110.with("as sent", HttpCompliance.Violation.CASE_SENSITIVE_FIELD_NAME));
    http.setHeaderCacheCaseSensitive(true);
    return http;
  }

  private static boolean reject(
      RestApi api, Request request, Response response, Callback callback) {
    var status = request.getAttribute(ErrorHandler.ERROR_STATUS);
    api.reject(
        request, status instanceof Integer code ? code : response.getStatus(), response, callback);
    return true;
  }
}
