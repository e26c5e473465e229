package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gatehouse.bench.ServedConnection.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one
 * process, without a thread: who asks for an answer reads and writes the process's connection
 * itself, so that little but the process is measured, even on a CPU that both share.
 *
 * <p>The process's client speaks over one connection at a time. Work and responses take the one of
 * its native part, which is kept; the checkpoint and errors take one of its JVM. So a connection
 * that is silent for {@link #SILENCE_MILLIS} gives way to one that waits.
 */
final class LeanRuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final String NEXT = "GET " + ROOT + "invocation/next";
  private static final String CHECKPOINT = "GET " + ROOT + "restore/next";

  /** The client's native part needs a Content-Type on every answer with a body. */
  private static final String JSON = "Content-Type: application/json\r\nContent-Length: ";

  private static final byte[] ACCEPTED =
      ("HTTP/1.1 202 Accepted\r\n" + JSON + "2\r\n\r\n{}").getBytes(ISO_8859_1);

  /** The next request takes another connection anyway. */
  private static final byte[] RESTORED =
      ("HTTP/1.1 200 OK\r\nConnection: close\r\n" + JSON + "2\r\n\r\n{}").getBytes(ISO_8859_1);

  private static final int SILENCE_MILLIS = 100;

  /** Lambda's bound on an answer is the function's timeout; here all have the same. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Initialising for a snapshot is slow on one CPU. */
  private static final Duration BEGINNING = Duration.ofMinutes(2);

  private final ServerSocket listener;
  private final Process process;
  private final String arn;
  private @Nullable ServedConnection connection;
  private boolean parked;
  private long invocations;

  private LeanRuntimeApi(ServerSocket listener, Process process, String arn) {
    this.listener = listener;
    this.process = process;
    this.arn = arn;
  }

  /** Starts a process that asks at {@code host:port} for work. */
  interface Starter {
    Process start(String address) throws IOException;
  }

  /**
   * An answer.
   *
   * @param nanos from the event, or from the answer to restore/next, until the whole response was
   *     read; what is done here before and after is not the process's
   */
  record Answer(long nanos, String text) {}

  /** For the process that is started now. */
  static LeanRuntimeApi serving(String arn, Starter starter) throws IOException {
    ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    try {
      Process process = starter.start("127.0.0.1:" + listener.getLocalPort());
      return new LeanRuntimeApi(listener, process, arn);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  Process process() {
    return process;
  }

  /** Waits until the process asks for work or is at its checkpoint. */
  void awaitBeginning() throws IOException {
    Request first = request(BEGINNING);
    parked = first.line().equals(CHECKPOINT);
    if (!parked) {
      check(first, NEXT);
    }
  }

  /**
   * The process's answer to an event. It is restored first where it waits at its checkpoint; it has
   * asked for the next event when this returns, so that all its work for this one is done.
   */
  Answer answer(byte[] event) throws IOException {
    String id = new UUID(0, ++invocations).toString();
    byte[] delivery = delivery(id, event);
    long sent = System.nanoTime();
    if (parked) {
      restore();
    }
    connection().answer(delivery);
    Request response = request(ANSWER);
    check(response, "POST " + ROOT + "invocation/" + id + "/response");
    connection().answer(ACCEPTED);
    check(request(ANSWER), NEXT);
    return new Answer(response.readAt() - sent, response.body());
  }

  private void restore() throws IOException {
    connection().answer(RESTORED);
    connection().close();
    connection = null;
    parked = false;
    check(request(ANSWER), NEXT);
  }

  private byte[] delivery(String id, byte[] event) {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: "
                + id
                + "\r\nLambda-Runtime-Deadline-Ms: "
                + (System.currentTimeMillis() + ANSWER.toMillis())
                + "\r\nLambda-Runtime-Invoked-Function-Arn: "
                + arn
                + "\r\nLambda-Runtime-Trace-Id: Root=1-0-0\r\n"
                + JSON
                + event.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] delivery = Arrays.copyOf(head, head.length + event.length);
    System.arraycopy(event, 0, delivery, head.length, event.length);
    return delivery;
  }

  /** An error is accepted; the process logs it before it asks for another event, or ends. */
  private void check(Request request, String expected) throws IOException {
    if (request.line().equals(expected)) {
      return;
    }
    IOException told =
        new IOException(request.line() + " " + request.body() + " (expected: " + expected + ")");
    try {
      connection().answer(ACCEPTED);
      request(ANSWER);
    } catch (IOException ended) {
      told.addSuppressed(ended);
    }
    throw told;
  }

  private ServedConnection connection() throws IOException {
    if (connection == null) {
      throw new IOException("no connection (expected: the process has asked for an event)");
    }
    return connection;
  }

  private Request request(Duration patience) throws IOException {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      if (connection == null) {
        accept(SILENCE_MILLIS);
      } else if (connection.speaks(SILENCE_MILLIS)) {
        Optional<Request> request = connection.request();
        if (request.isPresent()) {
          return request.get();
        }
        connection.close();
        connection = null;
      } else {
        accept(1);
      }
    }
    throw new IOException("nothing (expected: a request of the process within " + patience + ")");
  }

  /** Takes the connection that waits, or comes within so many milliseconds, if there is one. */
  private void accept(int millis) throws IOException {
    listener.setSoTimeout(millis);
    try {
      ServedConnection next = ServedConnection.over(listener.accept());
      if (connection != null) {
        connection.close();
      }
      connection = next;
    } catch (SocketTimeoutException e) {
      if (!process.isAlive()) {
        throw new IOException(
            "exit status " + process.exitValue() + " (expected: a process that asks for events)",
            e);
      }
    }
  }

  /** Ends the process, too. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    listener.close();
    if (connection != null) {
      connection.close();
    }
  }
}
