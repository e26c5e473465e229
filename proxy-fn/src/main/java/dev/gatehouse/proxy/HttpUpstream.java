package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.lifecycle.PrimingServer;
import dev.gatehouse.proxy.Alarms.Alarm;
import dev.gatehouse.proxy.Connections.NotConnected;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 client for back ends: kept-alive connections, nothing done behind the pipeline's
 * back (no redirect, retry, cookie, decompression or header of its own).
 *
 * <p>Socket timeouts bound one read, not a whole answer, so a back end that drips octets is cut off
 * by a timer at the deadline.
 */
final class HttpUpstream implements Participant, AutoCloseable {
  private final Connections connections;
  private final HttpRequestExecutor executor = new HttpRequestExecutor();
  private final Alarms alarms =
      new Alarms(
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("upstream-deadline").factory()));

  HttpUpstream(Connections connections) {
    this.connections = connections;
  }

  /** A client for these services, each with its own bound of a connection's making. */
  static HttpUpstream to(Collection<Service> services, Names names) {
    Map<String, Duration> timeouts = new HashMap<>();
    for (Service service : services) {
      for (URI base : Instances.bases(service)) {
        timeouts.merge(
            Origin.of(base, Optional.empty()).name(),
            service.timeout().connect(),
            (a, b) -> a.compareTo(b) >= 0 ? a : b);
      }
    }
    return new HttpUpstream(
        new Connections(
            timeouts,
            names,
            (SSLSocketFactory) SSLSocketFactory.getDefault(),
            InstantSource.system()));
  }

  /**
   * One call.
   *
   * @param target path and query, as they are to stand in the request line
   * @param fields all fields but Host and Content-Length
   * @param remaining the time to the deadline
   */
  @SuppressWarnings("ArrayRecordComponent") // A body is handed on, never compared.
  record Call(
      String method,
      Origin origin,
      String target,
      Headers fields,
      byte[] body,
      Duration remaining) {

    /** A GET of a URL with a path, at whichever of its host's addresses answers. */
    static Call get(URI url, Headers fields, Duration remaining) {
      String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
      return new Call(
          "GET",
          Origin.of(url, Optional.empty()),
          url.getRawPath() + query,
          fields,
          new byte[0],
          remaining);
    }
  }

  UpstreamOutcome send(Call call) {
    return prepare(call).answer();
  }

  Running prepare(Call call) {
    return new Running(call);
  }

  /** A call that another thread can break off. */
  final class Running {
    private final Call call;
    private @Nullable Runnable cut;
    private boolean over;
    private boolean sent;

    private Running(Call call) {
      this.call = call;
    }

    /** Makes the call, once. */
    UpstreamOutcome answer() {
      if (call.remaining().isZero()) {
        return new UpstreamOutcome.TimedOut(false);
      }
      AtomicBoolean late = new AtomicBoolean();
      Alarm deadline =
          alarms.set(
              call.remaining(),
              () -> {
                late.set(true);
                breakOff();
              });
      try (deadline) {
        return exchanged();
      } catch (IOException | HttpException e) {
        return late.get() ? new UpstreamOutcome.TimedOut(sent) : outcome(e);
      }
    }

    /** Its answer, if it is still to come, is {@link UpstreamOutcome.Broken}. */
    synchronized void breakOff() {
      over = true;
      if (cut != null) {
        cut.run();
      }
    }

    private synchronized void waitsFor(Runnable further) throws SocketException {
      if (over) {
        further.run();
        throw new SocketException("broken off");
      }
      cut = further;
    }

    /** What it has is not to be cut any more; whether it was. */
    private synchronized boolean wasBrokenOff() {
      cut = null;
      return over;
    }

    private UpstreamOutcome exchanged() throws IOException, HttpException {
      PoolEntry<Origin, HttpClientConnection> entry =
          connections.lease(call.origin(), call.remaining());
      TimeValue kept = null;
      try {
        HttpClientConnection connection = connections.connection(entry, this::waitsFor);
        connection.setSocketTimeout(timeout(call.remaining()));
        ClassicHttpRequest request = UpstreamMessages.request(call);
        HttpContext context = HttpCoreContext.create();
        sent = true;
        ClassicHttpResponse response = executor.execute(request, connection, context);
        GatewayResponse answer = UpstreamMessages.answer(response);
        if (executor.keepAlive(request, response, connection, context)) {
          kept = UpstreamMessages.kept(response);
        }
        return new UpstreamOutcome.Answered(answer);
      } finally {
        connections.release(entry, wasBrokenOff() ? null : kept);
      }
    }
  }

  /** Has something done in a thread of its own, unless it is closed before. */
  Alarm after(Duration time, Runnable work) {
    return alarms.set(time, () -> Thread.ofVirtual().name("hedge").start(work));
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.ofMilliseconds(Math.max(1, duration.toMillis()));
  }

  private static UpstreamOutcome outcome(Exception e) {
    return switch (e) {
      case UpstreamMessages.BodyTooLong longer -> new UpstreamOutcome.TooLarge();
      case NotConnected none -> none.outcome();
      case ConnectException refused -> new UpstreamOutcome.Unreachable("connection refused");
      case NoRouteToHostException none -> new UpstreamOutcome.Unreachable("no route");
      case UnknownHostException unknown -> new UpstreamOutcome.Unreachable("unknown host");
      case SocketTimeoutException timeout -> new UpstreamOutcome.TimedOut(true);
      default -> new UpstreamOutcome.Broken(e.getClass().getSimpleName());
    };
  }

  /** Sends one request through the whole client to a socket of our own, and nowhere else. */
  @Override
  public void prime() throws Exception {
    try (PrimingServer server = PrimingServer.start()) {
      send(Call.get(server.url(), Headers.EMPTY, Duration.ofSeconds(2)));
    }
  }

  @Override
  public void beforeCheckpoint() {
    connections.closeIdle();
  }

  @Override
  public void close() {
    alarms.close();
    connections.close();
  }
}
