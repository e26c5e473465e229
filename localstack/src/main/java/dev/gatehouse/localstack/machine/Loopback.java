package dev.gatehouse.localstack.machine;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP/1.1 server on 127.0.0.1; handlers run on virtual threads and may block.
 *
 * <p>It adds no header of its own and hands every request on as it came: any spelling of a header's
 * name, any path.
 */
public final class Loopback implements AutoCloseable {
  /** 256 KiB: far above what API Gateway lets through (10,240 bytes, its header quota). */
  private static final int HEADER_BYTES = 262_144;

  private final Server server;
  private final ServerConnector connector;

  private Loopback(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /** A server on a port that the machine chooses. */
  public static Loopback start(Handler handler) throws IOException {
    return start(0, handler);
  }

  public static Loopback start(int port, Handler handler) throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setReservedThreads(0);
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    Server server = new Server(threads);
    ServerConnector connector = new ServerConnector(server, 0, 1, asItCame());
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setIdleTimeout(600_000);
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    server.setHandler(handler);
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
    return new Loopback(server, connector);
  }

  private static HttpConnectionFactory asItCame() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    configuration.setRequestHeaderSize(HEADER_BYTES);
    configuration.setResponseHeaderSize(HEADER_BYTES);
    configuration.setHttpCompliance(
        HttpCompliance.RFC7230.with(
            "AS_IT_CAME", HttpCompliance.Violation.CASE_SENSITIVE_FIELD_NAME));
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setHeaderCacheCaseSensitive(true);
    return new HttpConnectionFactory(configuration);
  }

  public int port() {
    return connector.getLocalPort();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Stops listening and drops what is open, at once. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("a listener on " + uri() + " did not stop", e);
    }
  }
}
