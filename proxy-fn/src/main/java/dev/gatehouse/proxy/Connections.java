package dev.gatehouse.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnectionFactory;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.LaxConnPool;
import org.apache.hc.core5.pool.ManagedConnPool;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Connections to back ends, kept for the next call of the same origin. */
final class Connections implements AutoCloseable {
  /** The library's own bound, 100 fields, is less than a back end may set cookies. */
  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxHeaderCount(1_000).setMaxLineLength(64 * 1024).build();

  /**
   * So many for an origin outlive any burst of one environment, which serves one request at a time.
   */
  private static final int CONNECTIONS = 64;

  private static final TimeValue LIFE = TimeValue.ofMinutes(5);

  /** So long without use, as between two invocations, and the peer may be gone. */
  private static final long TRUSTED_MILLIS = 500;

  /** Where gateway.yaml names no service: the priming socket, Lambda's metadata. */
  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final Map<String, Duration> timeouts;
  private final Names names;
  private final SSLSocketFactory tls;
  private final InstantSource clock;
  private final ManagedConnPool<Origin, HttpClientConnection> pool =
      new LaxConnPool<>(CONNECTIONS, LIFE, PoolReusePolicy.LIFO, null);
  private final DefaultBHttpClientConnectionFactory factory =
      DefaultBHttpClientConnectionFactory.builder().http1Config(BOUNDS).build();

  /**
   * None yet.
   *
   * @param timeouts bounds of a connection's making, by {@link Origin#name()}
   * @param names of hosts whose address was not told
   * @param tls whom to trust
   * @param clock for how long they were not used
   */
  Connections(
      Map<String, Duration> timeouts, Names names, SSLSocketFactory tls, InstantSource clock) {
    this.timeouts = Map.copyOf(timeouts);
    this.names = names;
    this.tls = tls;
    this.clock = clock;
  }

  /** No connection was to be had, so nothing was sent. */
  static final class NotConnected extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient UpstreamOutcome outcome;

    private NotConnected(UpstreamOutcome outcome) {
      this.outcome = outcome;
    }

    UpstreamOutcome outcome() {
      return outcome;
    }
  }

  /** What a call waits for, for whoever may cut it off; each takes the place of the one before. */
  @FunctionalInterface
  interface Cuttable {
    /**
     * @param cut ends the waiting
     * @throws IOException when it is cut off already
     */
    void by(Runnable cut) throws IOException;
  }

  /** A place in the pool, to be released; it has a connection, or is for one. */
  PoolEntry<Origin, HttpClientConnection> lease(Origin origin, Duration patience)
      throws IOException {
    Future<PoolEntry<Origin, HttpClientConnection>> lease =
        pool.lease(origin, null, Timeout.of(patience), null);
    try {
      return lease.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      lease.cancel(true);
      throw new NotConnected(new UpstreamOutcome.TimedOut(false));
    } catch (ExecutionException e) {
      throw new NotConnected(new UpstreamOutcome.Unreachable("no connection"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotConnected(new UpstreamOutcome.Unreachable("interrupted"));
    }
  }

  /** The entry's connection, made now if it has none that works. */
  HttpClientConnection connection(PoolEntry<Origin, HttpClientConnection> entry, Cuttable waiting)
      throws IOException {
    HttpClientConnection kept = entry.getConnection();
    if (kept != null) {
      if (clock.millis() - entry.getUpdated() < TRUSTED_MILLIS || !kept.isStale()) {
        waiting.by(() -> kept.close(CloseMode.IMMEDIATE));
        return kept;
      }
      entry.discardConnection(CloseMode.IMMEDIATE);
    }
    HttpClientConnection made = connect(entry.getRoute(), waiting);
    entry.assignConnection(made);
    waiting.by(() -> made.close(CloseMode.IMMEDIATE));
    return made;
  }

  /**
   * Gives a place back.
   *
   * @param kept for how long its connection may be used again, if it may
   */
  void release(PoolEntry<Origin, HttpClientConnection> entry, @Nullable TimeValue kept) {
    if (kept == null) {
      entry.discardConnection(CloseMode.IMMEDIATE);
    } else {
      entry.updateExpiry(kept);
    }
    pool.release(entry, kept != null);
  }

  void closeIdle() {
    pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
  }

  private HttpClientConnection connect(Origin origin, Cuttable waiting) throws IOException {
    Duration patience = timeouts.getOrDefault(origin.name(), CONNECT);
    try {
      Socket socket = connected(origin, patience, waiting);
      return origin.secure()
          ? factory.createConnection(secured(socket, origin, patience), socket)
          : factory.createConnection(socket);
    } catch (SocketTimeoutException e) {
      throw new NotConnected(new UpstreamOutcome.TimedOut(false));
    }
  }

  /** The first of the host's addresses that answers. */
  private Socket connected(Origin origin, Duration patience, Cuttable waiting) throws IOException {
    List<InetAddress> addresses =
        origin.address().map(List::of).orElseGet(() -> names.addresses(origin.host()));
    IOException last = new UnknownHostException(origin.host());
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        waiting.by(() -> abort(socket));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, origin.port()), millis(patience));
        return socket;
      } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
        socket.close();
        last = e;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }
    throw last;
  }

  private static void abort(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use in either case.
      return;
    }
  }

  /** RFC 9110 section 4.3.4: the certificate is of the host that was asked for. */
  private SSLSocket secured(Socket socket, Origin origin, Duration patience) throws IOException {
    try {
      socket.setSoTimeout(millis(patience));
      SSLSocket secured =
          (SSLSocket) tls.createSocket(socket, origin.host(), origin.port(), /* autoClose= */ true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      return secured;
    } catch (SSLException | SocketException e) {
      socket.close();
      throw new NotConnected(new UpstreamOutcome.Unreachable("no TLS connection"));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    pool.close(CloseMode.IMMEDIATE);
  }
}
