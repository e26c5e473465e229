package dev.gatehouse.localstack.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class XrayReceiverTest {
  @Test
  void aSegmentIsCountedAndKept() throws Exception {
    try (XrayReceiver receiver = XrayReceiver.start()) {
      send(receiver, "{\"format\": \"json\", \"version\": 1}\n{\"id\":\"1\"}");

      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (receiver.count() == 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(receiver.count()).isEqualTo(1);
      assertThat(receiver.newest()).containsExactly("{\"id\":\"1\"}");
    }
  }

  @Test
  void theSdkIsToldThatThereAreNoSamplingRules() throws Exception {
    try (XrayReceiver receiver = XrayReceiver.start();
        HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + receiver.address() + "/GetSamplingRules"))
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("{\"SamplingRuleRecords\":[]}");
    }
  }

  private static void send(XrayReceiver receiver, String datagram) throws IOException {
    byte[] bytes = datagram.getBytes(UTF_8);
    int port = URI.create("http://" + receiver.address()).getPort();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(
          new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("127.0.0.1"), port));
    }
  }
}
