package dev.gatehouse.localstack.api;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which headers API Gateway drops or renames between the client and a Lambda function. Source: the
 * table in API Gateway Developer Guide, "Important notes for REST APIs", its Lambda columns.
 * Stricter than the table where the service was observed to be: {@code Content-Length} does not
 * reach the function and comes back renamed; {@code Transfer-Encoding} ("Exception") does not reach
 * the function.
 */
final class HeaderRules {

  private static final Set<String> DROPPED_FROM_REQUEST =
      Set.of(
          "connection",
          "content-length",
          "content-md5",
          "expect",
          "max-forwards",
          "proxy-authenticate",
          "server",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "www-authenticate",
          "x-http-method-override");

  /** Made by API Gateway; what the client sent under these names is replaced or continued. */
  private static final Set<String> OWN =
      Set.of("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id");

  private static final Set<String> REMAPPED_IN_RESPONSE =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "content-md5",
          "date",
          "max-forwards",
          "server",
          "user-agent",
          "www-authenticate",
          "x-amzn-requestid",
          "x-amz-apigw-id");

  private static final Set<String> DROPPED_FROM_RESPONSE =
      Set.of(
          "expect",
          "host",
          "keep-alive",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via",
          "x-amzn-trace-id");

  private HeaderRules() {}

  /** The headers of the event: the client's, and those that API Gateway adds. */
  static List<Header> toFunction(ApiRequest request) {
    var forwarded =
        Stream.concat(
                request.headers().stream()
                    .filter(header -> header.is("X-Forwarded-For"))
                    .map(Header::value),
                Stream.of(request.peer()))
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    return Stream.concat(
            request.headers().stream().filter(header -> passes(lower(header))),
            Stream.of(
                new Header("X-Amzn-Trace-Id", request.trace().value()),
                new Header("X-Forwarded-For", forwarded),
                new Header("X-Forwarded-Port", Integer.toString(request.port())),
                new Header("X-Forwarded-Proto", request.scheme())))
        .toList();
  }

  /** The headers of the answer: the function's, dropped or renamed. */
  static List<Header> toClient(List<Header> headers) {
    return headers.stream()
        .filter(header -> !DROPPED_FROM_RESPONSE.contains(lower(header)))
        .map(
            header ->
                REMAPPED_IN_RESPONSE.contains(lower(header))
                    ? new Header("x-amzn-Remapped-" + header.name(), header.value())
                    : header)
        .toList();
  }

  private static boolean passes(String name) {
    return !DROPPED_FROM_REQUEST.contains(name) && !OWN.contains(name);
  }

  private static String lower(Header header) {
    return header.name().toLowerCase(Locale.ROOT);
  }
}
