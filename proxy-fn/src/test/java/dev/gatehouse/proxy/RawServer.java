package dev.gatehouse.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** A back end at the level of sockets: keeps every request's octets, answers as told. */
final class RawServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Answer answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** What happens on a connection once a request has come. */
  @FunctionalInterface
  interface Answer {
    void to(String request, Socket connection) throws IOException, InterruptedException;
  }

  RawServer(Answer answer) throws IOException {
    this(ServerSocketFactory.getDefault(), answer);
  }

  RawServer(ServerSocketFactory sockets, Answer answer) throws IOException {
    this.answer = answer;
    socket = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request with these octets, read as Latin-1. */
  static RawServer answering(String octets) throws IOException {
    return new RawServer(
        (request, connection) ->
            connection.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1)));
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The requests so far, head and body, read as Latin-1. */
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    socket.close();
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
      InputStream input = new BufferedInputStream(connection.getInputStream());
      String request = read(input);
      while (!request.isEmpty()) {
        requests.add(request);
        answer.to(request, connection);
        request = read(input);
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(InputStream input) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    int octet;
    while ((octet = input.read()) >= 0) {
      octets.write(octet);
      String text = octets.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith("\r\n\r\n")) {
        octets.write(input.readNBytes(length(text)));
        return octets.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  private static int length(String head) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    return 0;
  }
}
