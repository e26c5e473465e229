package dev.gatehouse.authorizer;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A key set behind a URL.
 *
 * <p>One question is one connection, closed behind it: an issuer is asked every ten minutes, and a
 * snapshot must not hold a connection. A redirect is followed to the same scheme, host and port
 * only. Whatever the issuer does, there is an answer after {@link #PATIENCE}.
 *
 * <p>The JDK's oldest client, because the secrets' reader has loaded it already: a start without a
 * snapshot asks every issuer.
 */
final class HttpKeySets implements KeySetSource {
  static final int MAX_OCTETS = 512 * 1024;
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int MAX_REDIRECTS = 2;

  private final URI uri;

  HttpKeySets(URI uri) {
    this.uri = uri;
  }

  @Override
  public Answer fetch() {
    try {
      // Made before the time runs: patience is for the issuer, not for our own cold start.
      return answer(connection(uri));
    } catch (IOException e) {
      return new Answer.Failed(e.toString());
    }
  }

  private static Answer answer(HttpURLConnection connection) {
    FutureTask<Answer> question = new FutureTask<>(() -> ask(connection, MAX_REDIRECTS));
    Thread.ofVirtual().name("jwks").start(question);
    try {
      return question.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      question.cancel(true); // closes the socket of a virtual thread, whatever it waits for there
      return new Answer.Failed("no answer (expected: one within " + PATIENCE.toMillis() + " ms)");
    } catch (ExecutionException e) {
      return new Answer.Failed(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted");
    }
  }

  private static HttpURLConnection connection(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) PATIENCE.toMillis());
    connection.setReadTimeout((int) PATIENCE.toMillis());
    connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
    connection.setRequestProperty("User-Agent", "gatehouse");
    connection.setRequestProperty("Connection", "close");
    return connection;
  }

  private static Answer ask(HttpURLConnection connection, int redirects) throws IOException {
    try {
      int status = connection.getResponseCode();
      return switch (status) {
        case 200 -> read(connection);
        case 301, 302, 303, 307, 308 -> followed(connection, redirects);
        default -> new Answer.Failed("status " + status + " (expected: 200 with a body)");
      };
    } finally {
      connection.disconnect(); // an endless body is not read to its end
    }
  }

  private static Answer followed(HttpURLConnection connection, int redirects) throws IOException {
    String location = connection.getHeaderField("Location");
    if (location == null || redirects == 0) {
      return new Answer.Failed(
          "redirect to " + location + " (expected: one of at most " + MAX_REDIRECTS + ")");
    }
    URI asked = URI.create(connection.getURL().toString());
    URI target = asked.resolve(location);
    if (!origin(target).equals(origin(asked))) {
      return new Answer.Failed("redirect to " + target + " (expected: to " + origin(asked) + ")");
    }
    return ask(connection(target), redirects - 1);
  }

  /**
   * Redirects stay where gateway.yaml pointed (https://www.rfc-editor.org/rfc/rfc6454#section-4).
   */
  private static String origin(URI uri) throws IOException {
    URL url = uri.toURL();
    int port = url.getPort() == -1 ? url.getDefaultPort() : url.getPort();
    return (url.getProtocol() + "://" + url.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }

  private static Answer read(HttpURLConnection connection) throws IOException {
    if (!isJson(connection.getContentType())) {
      return new Answer.Failed("body of another type (expected: JSON)");
    }
    byte[] octets;
    try (InputStream body = connection.getInputStream()) {
      octets = body.readNBytes(MAX_OCTETS + 1);
    }
    if (octets.length > MAX_OCTETS) {
      return new Answer.Failed("body too large (expected: at most " + MAX_OCTETS + " octets)");
    }
    return text(octets);
  }

  private static boolean isJson(@Nullable String contentType) {
    String type = String.valueOf(contentType).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
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
}
