package dev.gatehouse.authorizer;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/**
 * A key set behind a URL.
 *
 * <p>One question is one client and one connection, closed behind it: an issuer is asked every ten
 * minutes, and a snapshot must not hold a connection. A redirect is followed to the same scheme,
 * host and port only. Whatever the issuer does, there is an answer after {@link #PATIENCE}.
 */
final class HttpKeySets implements KeySetSource {
  static final int MAX_OCTETS = 512 * 1024;
  static final Timeout PATIENCE = Timeout.ofMilliseconds(2000);

  private final URI uri;

  HttpKeySets(URI uri) {
    this.uri = uri;
  }

  @Override
  public Answer fetch() {
    HttpGet request = new HttpGet(uri);
    request.addHeader("Accept", "application/jwk-set+json, application/json");
    // Made before the time runs: patience is for the issuer, not for our own cold start.
    try (CloseableHttpClient client = client()) {
      FutureTask<Answer> question = new FutureTask<>(() -> ask(client, request));
      Thread.ofVirtual().name("jwks").start(question);
      return answer(question, request);
    } catch (IOException e) {
      return new Answer.Failed(e.toString());
    }
  }

  private static Answer answer(FutureTask<Answer> question, HttpGet request) {
    try {
      return question.get(PATIENCE.toMilliseconds(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      request.abort();
      return new Answer.Failed("no answer (expected: one within " + PATIENCE + ")");
    } catch (ExecutionException e) {
      return new Answer.Failed(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted");
    }
  }

  private static Answer ask(CloseableHttpClient client, HttpGet request) throws IOException {
    // Closing the response drops the connection; an endless body is not read to its end.
    try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
      return read(response);
    }
  }

  private static CloseableHttpClient client() {
    BasicHttpClientConnectionManager connections = new BasicHttpClientConnectionManager();
    connections.setConnectionConfig(
        ConnectionConfig.custom().setConnectTimeout(PATIENCE).setSocketTimeout(PATIENCE).build());
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(PATIENCE)
                .setResponseTimeout(PATIENCE)
                .setMaxRedirects(2)
                .build())
        .setRedirectStrategy(new SameOrigin())
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .disableDefaultUserAgent()
        .build();
  }

  private static Answer read(ClassicHttpResponse response) throws IOException {
    HttpEntity body = response.getEntity();
    if (response.getCode() != 200 || body == null) {
      return new Answer.Failed("status " + response.getCode() + " (expected: 200 with a body)");
    }
    ContentType type = ContentType.parseLenient(body.getContentType());
    if (type == null || !isJson(type.getMimeType().toLowerCase(Locale.ROOT))) {
      return new Answer.Failed("body of another type (expected: JSON)");
    }
    byte[] octets = body.getContent().readNBytes(MAX_OCTETS + 1);
    if (octets.length > MAX_OCTETS) {
      return new Answer.Failed("body too large (expected: at most " + MAX_OCTETS + " octets)");
    }
    return text(octets);
  }

  private static boolean isJson(String type) {
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  private static Answer text(byte[] octets) {
    try {
      return new Answer.Fetched(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (CharacterCodingException e) {
      return new Answer.Failed("body is not UTF-8");
    }
  }

  /** Redirects stay where gateway.yaml pointed. */
  private static final class SameOrigin extends DefaultRedirectStrategy {
    @Override
    public boolean isRedirectAllowed(
        HttpHost current, HttpHost next, HttpRequest redirect, HttpContext context) {
      return current.equals(next);
    }
  }
}
