package dev.gatehouse.dynamo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A tap in the line to DynamoDB: writes down every operation, and loses the requests or the answers
 * of those that it is told to.
 */
public final class DynamoTap implements AutoCloseable {
  private final ServerSocket socket;
  private final URI target;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private volatile Rule rule = operation -> Fate.PASS;
  private volatile Runnable answerLost = () -> {};

  private DynamoTap(ServerSocket socket, URI target) {
    this.socket = socket;
    this.target = target;
  }

  /** What becomes of an operation. */
  public enum Fate {
    /** It passes both ways. */
    PASS,
    /** It never arrives. */
    LOSE_REQUEST,
    /** It arrives and is carried out, and its answer is lost. */
    LOSE_ANSWER
  }

  /** Decides an operation's fate, by its name such as {@code PutItem}. */
  @FunctionalInterface
  public interface Rule {
    Fate of(String operation);
  }

  /** Before this endpoint. */
  public static DynamoTap before(String endpoint) {
    try {
      DynamoTap tap =
          new DynamoTap(
              new ServerSocket(0, 500, InetAddress.getLoopbackAddress()), URI.create(endpoint));
      Thread.ofVirtual().start(tap::accept);
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** Settings under which the SDK finds it. */
  public AwsSettings settings() {
    return new AwsSettings("aws.endpointUrlDynamoDb", endpoint());
  }

  public void rule(Rule next) {
    rule = next;
  }

  /** Does this whenever an answer is lost, before its connection ends. */
  public void whenAnAnswerIsLost(Runnable action) {
    answerLost = action;
  }

  /** The operations so far, in their order, those that were lost included. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  /** The operations so far that DynamoDB answered with an error, such as a condition's. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** Forgets what was written down. */
  public void clear() {
    operations.clear();
    refused.clear();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream input = new BufferedInputStream(connection.getInputStream());
      List<String> head = head(input);
      while (!head.isEmpty() && pass(head, input, connection.getOutputStream())) {
        head = head(input);
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the connection goes on. */
  private boolean pass(List<String> head, InputStream input, OutputStream output)
      throws IOException, InterruptedException {
    byte[] body = input.readNBytes(Integer.parseInt(value(head, "content-length", "0")));
    String operation = value(head, "x-amz-target", ".").replaceFirst(".*\\.", "");
    operations.add(operation);
    Fate fate = rule.of(operation);
    if (fate == Fate.LOSE_REQUEST) {
      return false;
    }
    HttpResponse<byte[]> answer =
        client.send(request(head, body), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 400) {
      refused.add(operation);
    }
    if (fate == Fate.LOSE_ANSWER) {
      answerLost.run();
      return false;
    }
    write(answer, output);
    return true;
  }

  private HttpRequest request(List<String> head, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (String line : head.subList(1, head.size())) {
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      if (!List.of("host", "content-length", "connection", "expect").contains(name)) {
        request.header(name, line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return request.build();
  }

  private static void write(HttpResponse<byte[]> answer, OutputStream output) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.statusCode() + " .\r\n");
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!List.of("content-length", "transfer-encoding", "connection").contains(name)) {
                head.append(name).append(": ").append(values.getFirst()).append("\r\n");
              }
            });
    head.append("Content-Length: ").append(answer.body().length).append("\r\n\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    whole.writeBytes(answer.body());
    output.write(whole.toByteArray());
    output.flush();
  }

  private static List<String> head(InputStream input) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int octet;
    while ((octet = input.read()) >= 0) {
      if (octet != '\n') {
        line.append((char) octet);
      } else if (line.toString().isBlank()) {
        return lines;
      } else {
        lines.add(line.toString().strip());
        line.setLength(0);
      }
    }
    return List.of();
  }

  private static String value(List<String> head, String name, String otherwise) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }
}
