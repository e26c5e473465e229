package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HeaderElement;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/** A call as the client's message, and what the back end's message says. */
final class UpstreamMessages {
  /**
   * Lambda's quota of a synchronous answer is 6 MB
   * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
   */
  static final int LONGEST_BODY = 6 * 1024 * 1024;

  private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** How long a connection is kept whose back end does not say. */
  private static final TimeValue KEPT = TimeValue.ofMinutes(3);

  private UpstreamMessages() {}

  static ClassicHttpRequest request(HttpUpstream.Call call) {
    ClassicHttpRequest request = new BasicClassicHttpRequest(call.method(), call.target());
    request.addHeader("Host", call.origin().authority());
    call.fields().forEach(request::addHeader);
    if (call.body().length > 0 || METHODS_WITH_BODY.contains(call.method())) {
      request.addHeader("Content-Length", call.body().length);
      request.setEntity(new ByteArrayEntity(call.body(), null));
    }
    return request;
  }

  /**
   * How long a connection is kept: what the back end says (RFC 2068 section 19.7.1.1), or {@link
   * #KEPT}; none where it is not to be used again.
   */
  static @Nullable TimeValue kept(ClassicHttpResponse response) {
    Iterator<HeaderElement> elements = MessageSupport.iterate(response, "Keep-Alive");
    while (elements.hasNext()) {
      HeaderElement element = elements.next();
      if (element.getName().equalsIgnoreCase("timeout")
          && element.getValue() != null
          && element.getValue().matches("\\d{1,9}")) {
        TimeValue told = TimeValue.ofSeconds(Long.parseLong(element.getValue()));
        return TimeValue.isPositive(told) ? told : null;
      }
    }
    return KEPT;
  }

  /**
   * The whole answer.
   *
   * @throws BodyTooLong when it is longer than {@link #LONGEST_BODY}
   */
  static GatewayResponse answer(ClassicHttpResponse response) throws IOException {
    Headers.Builder fields = Headers.builder();
    for (Header header : response.getHeaders()) {
      fields.add(header.getName(), header.getValue() == null ? "" : header.getValue());
    }
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return GatewayResponse.empty(response.getCode(), fields.build());
    }
    if (entity.getContentLength() > LONGEST_BODY) {
      throw new BodyTooLong();
    }
    byte[] body = octets(entity.getContent(), entity.getContentLength());
    return new GatewayResponse(response.getCode(), fields.build(), body);
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

  /** More than can be handed on. */
  static final class BodyTooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
