package dev.gatehouse.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.secrets.Secrets.Secret.Known;
import dev.gatehouse.secrets.Secrets.Secret.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets read over HTTP from an endpoint that speaks GetSecretValue. */
class SecretsIT {
  private static final String VALUE = "{\"username\":\"app\",\"password\":\"hush \\\"1\\\"\"}";

  private final List<String> requests = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private final Secrets secrets = new Secrets(clock);
  private HttpServer server;
  private AwsSettings settings;
  private int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer =
              (status == 200
                      ? "{\"Name\":\"n\",\"SecretString\":\""
                          + VALUE.replace("\\", "\\\\").replace("\"", "\\\"")
                          + "\"}"
                      : "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no such thing\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    settings =
        new AwsSettings(
            "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    secrets.close();
    settings.close();
    server.stop(0);
  }

  @Test
  void aSecretIsReadOnceAndAgainWhenItIsOld() {
    assertThat(secrets.text("gateway/redis")).isEqualTo(new Known(VALUE));
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    secrets.text("gateway/redis");
    assertThat(requests)
        .containsExactly("secretsmanager.GetSecretValue {\"SecretId\":\"gateway/redis\"}");
    clock.advance(Duration.ofMillis(1));
    secrets.text("gateway/redis");
    assertThat(requests).hasSize(2);
  }

  @Test
  void aRotatedSecretIsReadAtOnceWhenAskedTo() {
    secrets.text("gateway/redis");
    secrets.read("gateway/redis");
    assertThat(requests).hasSize(2);
  }

  @Test
  void nothingIsKeptAcrossACheckpoint() {
    secrets.text("gateway/redis");
    secrets.beforeCheckpoint();
    secrets.text("gateway/redis");
    assertThat(requests).hasSize(2);
  }

  @Test
  void anAbsentSecretIsUnavailable() {
    status = 400;
    assertThat(secrets.text("gateway/redis"))
        .isEqualTo(new Unavailable("ResourceNotFoundException"));
  }

  @Test
  void whileTheStoreIsAwayTheLastValueIsUsed() {
    secrets.text("gateway/redis");
    clock.advance(Duration.ofMinutes(10));
    status = 400;
    assertThat(secrets.text("gateway/redis")).isEqualTo(new Known(VALUE));
  }

  @Test
  void itsTextIsInNoMessage() {
    assertThat(secrets.text("gateway/redis").toString()).doesNotContain("hush");
    assertThat(Secrets.members(VALUE))
        .isEqualTo(Map.of("username", "app", "password", "hush \"1\""));
    assertThat(Secrets.members("no json")).isEmpty();
  }
}
