package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.lifecycle.PrimingServer;
import dev.gatehouse.proxy.Alarms.Alarm;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP/1.1 client for back ends: kept-alive connections, nothing done behind the pipeline's
 * back (no redirect, retry, cookie, decompression or header of its own).
 *
 * <p>Socket timeouts bound one read, not a whole answer, so a back end that drips octets is cut off
 * by a timer at the deadline.
 */
final class HttpUpstream implements Participant, AutoCloseable {
  /**
   * Lambda's quota of a synchronous answer is 6 MB
   * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
   */
  static final int LONGEST_BODY = 6 * 1024 * 1024;

  private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** Where gateway.yaml names no service: the priming socket. */
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** The client's own bound, 100 fields, is less than a back end may set cookies. */
  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxHeaderCount(1_000).setMaxLineLength(64 * 1024).build();

  /** A pool that outlives any burst of one environment, which serves one request at a time. */
  private static final int CONNECTIONS = 64;

  private final PoolingHttpClientConnectionManager connections;
  private final CloseableHttpClient client;
  private final Alarms alarms =
      new Alarms(
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("upstream-deadline").factory()));

  /**
   * A client without connections.
   *
   * @param connectTimeouts bounds of a connection's making, by {@code host:port}
   */
  HttpUpstream(Map<String, Duration> connectTimeouts) {
    connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(CONNECTIONS)
            .setMaxConnPerRoute(CONNECTIONS)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDS).build())
            .setConnectionConfigResolver(
                route -> connection(connectTimeouts.getOrDefault(name(route), CONNECT)))
            .build();
    client =
        HttpClients.custom()
            .setConnectionManager(connections)
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableContentCompression()
            .disableAuthCaching()
            .disableDefaultUserAgent()
            .build();
  }

  /** A client for these services, each with its own bound of a connection's making. */
  static HttpUpstream to(Collection<Service> services) {
    Map<String, Duration> timeouts = new HashMap<>();
    for (Service service : services) {
      for (URI base : Instances.bases(service)) {
        timeouts.merge(
            name(base.getHost(), base.getPort(), base.getScheme()),
            service.timeout().connect(),
            (a, b) -> a.compareTo(b) >= 0 ? a : b);
      }
    }
    return new HttpUpstream(timeouts);
  }

  /**
   * One call.
   *
   * @param url the address with path and query, as it is to stand in the request line
   * @param address which of the addresses behind the url's host; none: whichever answers
   * @param fields all fields but Host and Content-Length
   * @param remaining the time to the deadline
   */
  @SuppressWarnings("ArrayRecordComponent") // A body is handed on, never compared.
  record Call(
      String method,
      URI url,
      Optional<InetAddress> address,
      Headers fields,
      byte[] body,
      Duration remaining) {}

  UpstreamOutcome send(Call call) {
    return prepare(call).answer();
  }

  Running prepare(Call call) {
    return new Running(call, request(call));
  }

  /** A call that another thread can break off. */
  final class Running {
    private final Call call;
    private final HttpUriRequestBase request;

    private Running(Call call, HttpUriRequestBase request) {
      this.call = call;
      this.request = request;
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
                request.cancel();
              });
      try (deadline) {
        return client.execute(target(call), request, HttpUpstream::read);
      } catch (IOException e) {
        return late.get() ? new UpstreamOutcome.TimedOut(true) : outcome(e);
      }
    }

    /** Its answer, if it is still to come, is {@link UpstreamOutcome.Broken}. */
    void breakOff() {
      request.cancel();
    }
  }

  /** Has something done in a thread of its own, unless it is closed before. */
  Alarm after(Duration time, Runnable work) {
    return alarms.set(time, () -> Thread.ofVirtual().name("hedge").start(work));
  }

  private static ConnectionConfig connection(Duration connect) {
    return ConnectionConfig.custom()
        .setConnectTimeout(timeout(connect))
        // Half a second without use, as between two invocations, and the peer may be gone.
        .setValidateAfterInactivity(TimeValue.ofMilliseconds(500))
        .setTimeToLive(TimeValue.ofMinutes(5))
        .build();
  }

  private static String name(HttpRoute route) {
    HttpHost target = route.getTargetHost();
    return name(target.getHostName(), target.getPort(), target.getSchemeName());
  }

  private static String name(String host, int port, String scheme) {
    return host + ":" + port(port, scheme);
  }

  private static int port(int port, String scheme) {
    if (port >= 0) {
      return port;
    }
    return scheme.equals("https") ? 443 : 80;
  }

  private static HttpUriRequestBase request(Call call) {
    HttpUriRequestBase request = new HttpUriRequestBase(call.method(), call.url());
    request.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(timeout(call.remaining()))
            .setResponseTimeout(timeout(call.remaining()))
            .build());
    call.fields().forEach(request::addHeader);
    if (call.body().length > 0 || METHODS_WITH_BODY.contains(call.method())) {
      request.setEntity(new ByteArrayEntity(call.body(), null));
    }
    return request;
  }

  private static HttpHost target(Call call) {
    URI url = call.url();
    int port = port(url.getPort(), url.getScheme());
    return call.address()
        .map(address -> new HttpHost(url.getScheme(), address, url.getHost(), port))
        .orElseGet(() -> new HttpHost(url.getScheme(), url.getHost(), port));
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.ofMilliseconds(Math.max(1, duration.toMillis()));
  }

  private static UpstreamOutcome read(ClassicHttpResponse response) throws IOException {
    Headers.Builder fields = Headers.builder();
    for (Header header : response.getHeaders()) {
      fields.add(header.getName(), header.getValue() == null ? "" : header.getValue());
    }
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new UpstreamOutcome.Answered(
          GatewayResponse.empty(response.getCode(), fields.build()));
    }
    if (entity.getContentLength() > LONGEST_BODY) {
      throw new BodyTooLong();
    }
    byte[] body = octets(entity.getContent(), entity.getContentLength());
    return new UpstreamOutcome.Answered(
        new GatewayResponse(response.getCode(), fields.build(), body));
  }

  /**
   * Reads all of it; a stream given up in the middle stays open and its connection is dropped.
   *
   * @param length negative where it is not known
   */
  private static byte[] octets(InputStream content, long length) throws IOException {
    byte[] octets = content.readNBytes(length < 0 ? LONGEST_BODY + 1 : (int) length);
    if (octets.length > LONGEST_BODY) {
      throw new BodyTooLong();
    }
    return octets;
  }

  private static final class BodyTooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static UpstreamOutcome outcome(IOException e) {
    return switch (e) {
      case BodyTooLong longer -> new UpstreamOutcome.TooLarge();
      case ConnectTimeoutException timeout -> new UpstreamOutcome.TimedOut(false);
      case ConnectionRequestTimeoutException full -> new UpstreamOutcome.TimedOut(false);
      case HttpHostConnectException refused ->
          new UpstreamOutcome.Unreachable("connection refused");
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
      send(
          new Call(
              "GET",
              server.url(),
              Optional.empty(),
              Headers.EMPTY,
              new byte[0],
              Duration.ofSeconds(2)));
    }
  }

  @Override
  public void beforeCheckpoint() {
    connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
  }

  @Override
  public void close() {
    alarms.close();
    client.close(CloseMode.IMMEDIATE);
  }
}
