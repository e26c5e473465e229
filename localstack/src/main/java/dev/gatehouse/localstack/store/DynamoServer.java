package dev.gatehouse.localstack.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * DynamoDB Local as a process of its own (module dynamodb-local): in memory, one database for every
 * region and credential. Items whose TTL has passed stay, as they may for days in the cloud.
 */
public final class DynamoServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MAIN = "dev.gatehouse.localstack.dynamodb.LoopbackDynamo";

  private final Process process;
  private final URI uri;
  private final HttpClient http = HttpClient.newHttpClient();

  private DynamoServer(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * A server that answers.
   *
   * @param classPath of the module dynamodb-local, with its own classes
   */
  public static DynamoServer start(RunFolder run, Warden warden, String classPath)
      throws IOException {
    Path log = run.folder("logs").resolve("dynamodb.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + run.folder("tmp"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                MAIN));
    builder.directory(run.path().toFile());
    builder.redirectError(log.toFile());
    Process process = warden.start(builder);
    BufferedReader output = process.inputReader();
    String port = output.readLine();
    if (port == null) {
      throw new IOException("DynamoDB Local did not come up: " + Files.readString(log));
    }
    return new DynamoServer(process, URI.create("http://127.0.0.1:" + port));
  }

  public URI uri() {
    return uri;
  }

  /**
   * Calls an operation of DynamoDB's JSON protocol.
   *
   * @throws IOException with DynamoDB's message if it refuses
   */
  public JsonNode call(String operation, JsonNode body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810." + operation)
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
                    + " SignedHeaders=host, Signature=0")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("DynamoDB " + operation + " of " + body + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    http.close();
    process.destroyForcibly().onExit().join();
  }
}
