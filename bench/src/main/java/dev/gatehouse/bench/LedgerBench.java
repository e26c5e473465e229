package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.idempotency.Claim;
import dev.gatehouse.idempotency.Completion;
import dev.gatehouse.idempotency.Fence;
import dev.gatehouse.idempotency.Fingerprint;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.idempotency.Outcome;
import dev.gatehouse.idempotency.RecordId;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * What the ledger adds to a request with a new key beyond its two calls of DynamoDB: begin and
 * complete of an answer of 200 octets, against the same two writes by the bare client, in turns.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.LedgerBench [keys]}, on DynamoDB Local.
 */
public final class LedgerBench {
  private static final int WARM_UP = 3_000;
  private static final String TABLE = "Ledger";

  private LedgerBench() {}

  /**
   * Measures and prints.
   *
   * @param args the number of keys, 3000 unless given
   */
  public static void main(String... args) throws IOException {
    int keys = args.length == 0 ? 3_000 : Integer.parseInt(args[0]);
    Process server = server();
    try (BufferedReader output = server.inputReader();
        Dynamo dynamo = dynamo(output.readLine())) {
      table(dynamo.client());
      run(dynamo, WARM_UP);
      long[][] nanos = run(dynamo, keys);
      double bare = print("two writes by the bare client", nanos[0]);
      double ledger = print("begin and complete", nanos[1]);
      say("added, p50: %.3f ms".formatted(ledger - bare));
    } finally {
      server.destroyForcibly();
    }
  }

  private static long[][] run(Dynamo dynamo, int keys) {
    Ledger ledger = new Ledger(dynamo, TABLE, InstantSource.system());
    long[][] nanos = new long[2][keys];
    for (int i = 0; i < keys; i++) {
      long started = System.nanoTime();
      bare(dynamo.client());
      long between = System.nanoTime();
      ledger(ledger);
      nanos[0][i] = between - started;
      nanos[1][i] = System.nanoTime() - between;
    }
    return nanos;
  }

  private static void ledger(Ledger ledger) {
    Claim claim =
        new Claim(
            new RecordId(UUID.randomUUID().toString()),
            Fingerprint.ofPayload("body".getBytes(UTF_8)),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            false);
    if (!(ledger.begin(claim) instanceof Outcome.Proceed(Fence fence))
        || !(ledger.complete(fence, GatewayResponse.json(201, "x".repeat(200)))
            instanceof Completion.Recorded)) {
      throw new IllegalStateException("not recorded (expected: a new key is)");
    }
  }

  private static void bare(DynamoDbClient client) {
    Map<String, AttributeValue> key =
        Map.of(
            "id", AttributeValue.fromS(UUID.randomUUID().toString()),
            "part", AttributeValue.fromN("0"));
    client.putItem(
        put -> put.tableName(TABLE).item(key).conditionExpression("attribute_not_exists(id)"));
    client.updateItem(
        update ->
            update
                .tableName(TABLE)
                .key(key)
                .updateExpression("SET answer = :response")
                .conditionExpression("attribute_exists(id)")
                .expressionAttributeValues(
                    Map.of(":response", AttributeValue.fromS("x".repeat(200)))));
  }

  private static Dynamo dynamo(String port) {
    System.setProperty("aws.region", "eu-central-1");
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    System.setProperty("aws.endpointUrlDynamoDb", "http://127.0.0.1:" + port);
    return new Dynamo();
  }

  private static void table(DynamoDbClient client) {
    client.createTable(
        table ->
            table
                .tableName(TABLE)
                .billingMode("PAY_PER_REQUEST")
                .keySchema(key("id", KeyType.HASH), key("part", KeyType.RANGE))
                .attributeDefinitions(
                    attribute("id", ScalarAttributeType.S),
                    attribute("part", ScalarAttributeType.N)));
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static Process server() throws IOException {
    Path module = Path.of("localstack", "dynamodb", "target");
    String classPath =
        module.resolve("classes")
            + File.pathSeparator
            + Files.readString(module.resolve("classpath"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            "dev.gatehouse.localstack.dynamodb.LoopbackDynamo")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static double print(String what, long[] nanos) {
    Arrays.sort(nanos);
    double p50 = nanos[nanos.length / 2] / 1e6;
    say(
        "%s: p50 %.3f ms, p99 %.3f ms"
            .formatted(what, p50, nanos[(int) (nanos.length * 0.99)] / 1e6));
    return p50;
  }

  private static void say(String line) {
    System.out.println(line.toLowerCase(Locale.ROOT));
  }
}
