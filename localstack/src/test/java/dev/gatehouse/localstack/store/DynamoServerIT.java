package dev.gatehouse.localstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.File;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DynamoDB Local in its process, with tables of a template. */
class DynamoServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunFolder folder;
  private Warden warden;
  private DynamoServer dynamo;

  @BeforeEach
  void start() throws Exception {
    folder = RunFolder.create();
    warden = Warden.over(folder.path());
    Path module = Path.of("dynamodb", "target").toAbsolutePath();
    String classPath =
        module.resolve("classes")
            + File.pathSeparator
            + Files.readString(module.resolve("classpath"));
    dynamo = DynamoServer.start(folder, warden, classPath);
  }

  @AfterEach
  void end() {
    dynamo.close();
    warden.close();
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void aTableOfTheTemplateIsThereWithItsTimeToLive() throws Exception {
    Resource ledger =
        new Resource(
            "shop-data",
            "Ledger",
            "AWS::DynamoDB::GlobalTable",
            JSON.readTree(
                """
                {"AttributeDefinitions": [
                   {"AttributeName": "id", "AttributeType": "S"},
                   {"AttributeName": "part", "AttributeType": "N"}],
                 "KeySchema": [
                   {"AttributeName": "id", "KeyType": "HASH"},
                   {"AttributeName": "part", "KeyType": "RANGE"}],
                 "BillingMode": "PAY_PER_REQUEST",
                 "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS"},
                 "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": true},
                 "Replicas": [{"Region": "eu-central-1",
                   "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}]}
                """),
            JSON.createObjectNode());

    List<String> tables = deployed(ledger).tables(dynamo);

    assertThat(tables).containsExactly("shop-data-Ledger");
    JsonNode description = describe("DescribeTable").path("Table");
    assertThat(description.path("KeySchema")).hasSize(2);
    assertThat(describe("DescribeTimeToLive").path("TimeToLiveDescription").path("AttributeName"))
        .hasToString("\"expiresAt\"");
  }

  @Test
  void nothingListensBeyondLoopback() throws Exception {
    int port = dynamo.uri().getPort();
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();

    for (InetAddress address : others) {
      assertThat(accepts(address, port)).as("%s:%d", address, port).isFalse();
    }
    assertThat(accepts(InetAddress.getLoopbackAddress(), port)).isTrue();
  }

  private static boolean accepts(InetAddress address, int port) {
    try (Socket _ = new Socket(address, port)) {
      return true;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private JsonNode describe(String operation) throws Exception {
    return dynamo.call(operation, JSON.createObjectNode().put("TableName", "shop-data-Ledger"));
  }

  private static DeployedStores deployed(Resource... resources) {
    Resolved resolved =
        new Resolved(
            List.of(resources),
            Map.of(),
            (resource, _) ->
                JSON.getNodeFactory().textNode(resource.stack() + "-" + resource.logicalId()),
            _ -> new Resolved.Place("eu-central-1", "000000000000"));
    return new DeployedStores(
        resolved,
        new Secrets("eu-central-1", "000000000000", InstantSource.system()),
        new SecureRandom());
  }
}
