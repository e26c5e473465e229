package dev.gatehouse.dynamo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * DynamoDB Local, a process of its own on loopback, in memory. It ends with {@link #close()}, and
 * with this JVM at the latest: it lives as long as its standard input.
 */
public final class RealDynamo implements AutoCloseable {
  private static final String MAIN = "dev.gatehouse.localstack.dynamodb.LoopbackDynamo";
  private static final Path MODULE = Path.of("localstack", "dynamodb", "target");

  private final Process process;
  private final String endpoint;

  private RealDynamo(Process process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  public static RealDynamo start() {
    try {
      Path module = module();
      String classPath =
          module.resolve("classes")
              + File.pathSeparator
              + Files.readString(module.resolve("classpath"));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  classPath,
                  MAIN)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new RealDynamo(process, "http://127.0.0.1:" + port(process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public String endpoint() {
    return endpoint;
  }

  /** Settings under which the SDK finds it. */
  public AwsSettings settings() {
    return new AwsSettings("aws.endpointUrlDynamoDb", endpoint);
  }

  /** Makes a table whose key is the text {@code id}. */
  public void createTable(String name) {
    create(name, List.of(key("id", KeyType.HASH)), List.of(attribute("id", ScalarAttributeType.S)));
  }

  /** Makes a table with the ledger's key: {@code id}, {@code part}. */
  public void createLedger(String name) {
    create(
        name,
        List.of(key("id", KeyType.HASH), key("part", KeyType.RANGE)),
        List.of(attribute("id", ScalarAttributeType.S), attribute("part", ScalarAttributeType.N)));
  }

  private void create(
      String name, List<KeySchemaElement> keys, List<AttributeDefinition> attributes) {
    try (AwsSettings _ = settings();
        DynamoDbClient patient =
            DynamoDbClient.builder().httpClientBuilder(Apache5HttpClient.builder()).build()) {
      patient.createTable(
          table ->
              table
                  .tableName(name)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .keySchema(keys)
                  .attributeDefinitions(attributes));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static int port(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (line == null) {
      throw new IOException("DynamoDB Local ended at once (expected: its port)");
    }
    return Integer.parseInt(line);
  }

  /** The module's folder of this working tree, from whichever folder the tests run in. */
  private static Path module() {
    return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve(MODULE))
        .filter(module -> Files.exists(module.resolve("classpath")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    MODULE + " is not built (expected: ./mvnw -pl localstack/dynamodb package)"));
  }
}
