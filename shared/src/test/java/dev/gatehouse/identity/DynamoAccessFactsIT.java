package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.RealDynamo;
import dev.gatehouse.identity.AccessFacts.Fact;
import dev.gatehouse.identity.AccessFacts.Reading;
import dev.gatehouse.identity.AccessFacts.Reading.Known;
import dev.gatehouse.identity.AccessFacts.Reading.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoAccessFactsIT {
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
  void recordsAreReadById() {
    try (AwsSettings _ = server.settings();
        Dynamo dynamo = new Dynamo()) {
      put(dynamo, Map.of("id", AttributeValue.fromS("key:a"), "endsAt", AttributeValue.fromN("5")));
      put(
          dynamo,
          Map.of(
              "id", AttributeValue.fromS("revoked:b"),
              "issuedBefore", AttributeValue.fromN("6"),
              "expiresAt", AttributeValue.fromN("7"),
              "reason", AttributeValue.fromS("lost")));
      Reading reading =
          new DynamoAccessFacts(dynamo, "Access").read(List.of("key:a", "revoked:b", "key:c"));
      assertThat(reading)
          .isEqualTo(
              new Known(
                  Map.of(
                      "key:a",
                          new Fact(Optional.empty(), at(5), Optional.empty(), Optional.empty()),
                      "revoked:b", new Fact(Optional.empty(), Optional.empty(), at(6), at(7)))));
    }
  }

  @Test
  void aTableThatIsNotThereIsUnavailable() {
    try (AwsSettings _ = server.settings();
        Dynamo dynamo = new Dynamo()) {
      assertThat(new DynamoAccessFacts(dynamo, "Nothing").read(List.of("key:a")))
          .isEqualTo(new Unavailable("ResourceNotFoundException"));
    }
  }

  @Test
  void aStoreThatAnswersNothingCostsABoundedTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        AwsSettings _ =
            new AwsSettings(
                "aws.endpointUrlDynamoDb", "http://127.0.0.1:" + silent.getLocalPort());
        Dynamo dynamo = new Dynamo()) {
      long started = System.nanoTime();
      assertThat(new DynamoAccessFacts(dynamo, "Access").read(List.of("key:a")))
          .isInstanceOf(Unavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    }
  }

  private static Optional<Instant> at(long seconds) {
    return Optional.of(Instant.ofEpochSecond(seconds));
  }

  private static void put(Dynamo dynamo, Map<String, AttributeValue> item) {
    dynamo.client().putItem(request -> request.tableName("Access").item(item));
  }
}
