package dev.gatehouse.localstack.demo;

import dev.gatehouse.localstack.demo.Behaviour.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.bootstrap.HttpRequester;
import org.apache.hc.core5.http.impl.bootstrap.RequesterBootstrap;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.util.Timeout;

/**
 * An HTTP back end on loopback: the request goes on and the answer comes back as they are, but for
 * what belongs to one connection (RFC 9110 section 7.6.1).
 */
final class HttpBackend implements Backend, AutoCloseable {
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length");
  private static final int CONNECTIONS = 256;
  private static final Timeout TIMEOUT = Timeout.ofMinutes(10);

  /**
   * Less than servers keep a connection that nothing comes by: 30 s the JDK's
   * (sun.net.httpserver.idleInterval). One that is closed meanwhile would fail the next request.
   */
  private static final Timeout LIFE = Timeout.ofSeconds(20);

  private final HttpHost host;
  private final HttpRequester requester;

  HttpBackend(int port) {
    this(port, LIFE);
  }

  /**
   * @param life of a connection
   */
  HttpBackend(int port, Timeout life) {
    HttpProcessor nothingAdded =
        HttpProcessorBuilder.create()
            .addAll(new RequestContent(), new RequestConnControl())
            .build();
    this.host = new HttpHost("http", "127.0.0.1", port);
    this.requester =
        RequesterBootstrap.bootstrap()
            .setHttpProcessor(nothingAdded)
            .setDefaultMaxPerRoute(CONNECTIONS)
            .setMaxTotal(CONNECTIONS)
            .setTimeToLive(life)
            .create();
  }

  @Override
  public Answer answer(RecordedRequest request) throws IOException {
    try (ClassicHttpResponse response =
        requester.execute(host, message(request), TIMEOUT, HttpCoreContext.create())) {
      byte[] body =
          response.getEntity() == null
              ? new byte[0]
              : EntityUtils.toByteArray(response.getEntity());
      return new Answer(response.getCode(), headers(response), body);
    } catch (HttpException e) {
      throw new IOException(e);
    }
  }

  private static ClassicHttpRequest message(RecordedRequest request) {
    String target =
        request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
    ClassicHttpRequest message = new BasicClassicHttpRequest(request.method(), target);
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (!isOfTheConnection(name)) {
                values.forEach(value -> message.addHeader(name, value));
              }
            });
    if (request.body().length > 0) {
      message.setEntity(new ByteArrayEntity(request.body(), (ContentType) null));
    }
    return message;
  }

  private static Map<String, List<String>> headers(ClassicHttpResponse response) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Header header : response.getHeaders()) {
      if (!isOfTheConnection(header.getName())) {
        headers
            .computeIfAbsent(header.getName(), _ -> new ArrayList<>())
            .add(header.getValue() == null ? "" : header.getValue());
      }
    }
    return headers;
  }

  private static boolean isOfTheConnection(String name) {
    return OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public void close() throws IOException {
    requester.close();
  }
}
