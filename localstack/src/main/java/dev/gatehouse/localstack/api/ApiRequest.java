package dev.gatehouse.localstack.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request as API Gateway received it.
 *
 * @param method after {@code X-HTTP-Method-Override} (API Gateway Developer Guide, "Important notes
 *     for REST APIs")
 * @param rawTarget path and query as they stood in the request line
 * @param headers in order, names as spelt
 * @param peer address of the TCP peer
 * @param body as received
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record ApiRequest(
    String method,
    String rawTarget,
    String protocol,
    List<Header> headers,
    String peer,
    String scheme,
    int port,
    Instant received,
    String requestId,
    String extendedRequestId,
    TraceHeader trace,
    byte[] body) {

  ApiRequest {
    headers = List.copyOf(headers);
  }

  /** The last value of a header; names match in any case. */
  Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.is(name))
        .map(Header::value)
        .reduce((a, b) -> b);
  }

  /** Without the query, as sent. */
  String rawPath() {
    int mark = rawTarget.indexOf('?');
    return mark < 0 ? rawTarget : rawTarget.substring(0, mark);
  }

  /** The host of the Host header, without the port. */
  String domainName() {
    var host = header("Host").orElse("");
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  /** Request line and header values, in bytes: what {@link Limits#HEADER_BYTES} bounds. */
  long headerBytes() {
    long line = (long) method.length() + rawTarget.length() + protocol.length() + 2;
    return line + headers.stream().mapToLong(header -> header.value().length()).sum();
  }
}
