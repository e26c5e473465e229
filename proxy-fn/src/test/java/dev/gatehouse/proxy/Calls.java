package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Calls of a {@link RawServer} and their answers. */
final class Calls {
  static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final Duration LONG = Duration.ofSeconds(20);

  private Calls() {}

  static HttpUpstream.Call get(String url) {
    return of("GET", url, new byte[0], LONG);
  }

  static HttpUpstream.Call of(String method, String url, byte[] body, Duration remaining) {
    int path = url.indexOf('/', "http://".length());
    return new HttpUpstream.Call(
        method,
        Origin.of(URI.create(url), Optional.empty()),
        path < 0 ? "/" : url.substring(path),
        Headers.of("X-One", "1", "X-One", "2"),
        body,
        remaining);
  }

  static GatewayResponse answered(UpstreamOutcome outcome) {
    assertThat(outcome).isInstanceOf(UpstreamOutcome.Answered.class);
    return ((UpstreamOutcome.Answered) outcome).response();
  }
}
