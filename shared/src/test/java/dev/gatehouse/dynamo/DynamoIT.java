package dev.gatehouse.dynamo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dynamo.Dynamo.Reachability;
import dev.gatehouse.dynamo.Dynamo.Reachability.Reachable;
import dev.gatehouse.dynamo.Dynamo.Reachability.Unreachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DynamoIT {
  private static RealDynamo server;

  @BeforeAll
  static void start() {
    server = RealDynamo.start();
    server.createTable("Access");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aTableThatIsThereIsReachable() {
    assertThat(reach(server.endpoint(), "Access")).isInstanceOf(Reachable.class);
  }

  @Test
  void aTableThatIsNotThereIsNot() {
    assertThat(reach(server.endpoint(), "Nothing"))
        .isInstanceOfSatisfying(
            Unreachable.class,
            no -> assertThat(no.reason()).isEqualTo("ResourceNotFoundException"));
  }

  @Test
  void aStoreThatAnswersNothingCostsABoundedTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      assertThat(reach("http://127.0.0.1:" + silent.getLocalPort(), "Access"))
          .isInstanceOfSatisfying(
              Unreachable.class, no -> assertThat(no.latency()).isLessThan(Duration.ofSeconds(6)));
    }
  }

  @Test
  void theClientIsMadeAgainAfterACheckpoint() {
    try (AwsSettings _ = server.settings();
        Dynamo dynamo = new Dynamo()) {
      var before = dynamo.client();
      assertThat(dynamo.client()).isSameAs(before);
      dynamo.beforeCheckpoint();
      assertThat(dynamo.client()).isNotSameAs(before);
      assertThat(dynamo.reach("Access")).isInstanceOf(Reachable.class);
    }
  }

  private static Reachability reach(String endpoint, String table) {
    try (AwsSettings _ = new AwsSettings("aws.endpointUrlDynamoDb", endpoint);
        Dynamo dynamo = new Dynamo()) {
      return dynamo.reach(table);
    }
  }
}
