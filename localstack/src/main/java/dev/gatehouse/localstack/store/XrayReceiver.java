package dev.gatehouse.localstack.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.machine.Endpoint;
import dev.gatehouse.localstack.machine.Loopback;
import dev.gatehouse.localstack.machine.Reply;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.jetty.server.Request;

/**
 * The X-Ray daemon's place: takes segments over UDP, keeps the newest, and tells the SDK over TCP,
 * on the same port, that there are no sampling rules. Source: "Sending trace data to X-Ray", AWS
 * X-Ray Developer Guide: a datagram is a header line and a JSON document.
 */
public final class XrayReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT = 2_000;
  private static final int LARGEST_DATAGRAM = 65_535;

  private final Loopback rules;
  private final DatagramSocket socket;
  private final Deque<String> newest = new ArrayDeque<>();
  private long count;

  private XrayReceiver() throws IOException {
    this.rules = Loopback.start(new Endpoint((request, _) -> sampling(request)));
    this.socket = new DatagramSocket(rules.port(), InetAddress.ofLiteral("127.0.0.1"));
  }

  public static XrayReceiver start() throws IOException {
    XrayReceiver receiver = new XrayReceiver();
    Thread.ofPlatform().daemon().name("x-ray").start(receiver::receive);
    return receiver;
  }

  /** {@code host:port} as in AWS_XRAY_DAEMON_ADDRESS. */
  public String address() {
    return "127.0.0.1:" + rules.port();
  }

  /** Segments since the start. */
  public synchronized long count() {
    return count;
  }

  /** The newest segment documents, the newest last. */
  public synchronized List<String> newest() {
    return List.copyOf(newest);
  }

  @Override
  public void close() {
    socket.close();
    rules.close();
  }

  private void receive() {
    DatagramPacket datagram = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
    while (!socket.isClosed()) {
      try {
        datagram.setLength(LARGEST_DATAGRAM);
        socket.receive(datagram);
        keep(new String(datagram.getData(), 0, datagram.getLength(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        socket.close(); // closed by close(), or lost: a run without traces is still a run
      }
    }
  }

  private synchronized void keep(String datagram) {
    count++;
    newest.addLast(datagram.substring(datagram.indexOf('\n') + 1));
    if (newest.size() > KEPT) {
      newest.removeFirst();
    }
  }

  private static Reply sampling(Request request) {
    ObjectNode answer = JSON.createObjectNode();
    if (Request.getPathInContext(request).equals("/SamplingTargets")) {
      answer.putArray("SamplingTargetDocuments");
      answer.putArray("UnprocessedStatistics");
    } else {
      answer.putArray("SamplingRuleRecords");
    }
    return Reply.json(200, answer);
  }
}
