package dev.gatehouse.localstack.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.dynamo.DynamoTap;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A proxy in processes of its own, with a tap before its tables and a back end that can fail. */
final class LedgerCrashWorld implements AutoCloseable {
  static final Path ARCHIVE =
      Path.of("..").toAbsolutePath().normalize().resolve("proxy-fn/target/proxy-fn-lambda.zip");

  /** The function's own. */
  static final Duration TIMEOUT = Duration.ofSeconds(6);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARN = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:live";

  private final RunFolder folder;
  private final Warden warden;
  private final DynamoTap tap;
  private final FaultyBackEnd backEnd;
  private final LambdaHost host;

  private LedgerCrashWorld(String dynamo) throws IOException {
    folder = RunFolder.create();
    warden = Warden.over(folder.path());
    tap = DynamoTap.before(dynamo);
    backEnd = FaultyBackEnd.start();
    host = LambdaHost.of(settings(), List.of(proxy()), InstantSource.system());
  }

  /** A world before this DynamoDB, whose proxy has initialised. */
  static LedgerCrashWorld before(String dynamo) throws Exception {
    LedgerCrashWorld world = new LedgerCrashWorld(dynamo);
    assertThat(world.host.prewarm(Set.of(ARN))).isEqualTo(new LambdaHost.Warmth.Warm());
    return world;
  }

  /** An answer of the gateway; status 0 when there was none. */
  record Reply(int status, String body) {
    boolean success() {
      return status == 201;
    }
  }

  DynamoTap tap() {
    return tap;
  }

  FaultyBackEnd backEnd() {
    return backEnd;
  }

  /** Kills the function's process as the machine would: at once. */
  void kill() {
    ProcessHandle.current()
        .descendants()
        .filter(process -> isOurs(process.info().commandLine().orElse("")))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private boolean isOurs(String command) {
    return command.contains("dev.gatehouse.proxy.ProxyHandler")
        && command.contains(folder.path().toString());
  }

  Reply request(String path, String key) throws IOException {
    ObjectNode event = JSON.createObjectNode().put("httpMethod", "POST").put("path", path);
    event.putObject("multiValueHeaders").putArray("Idempotency-Key").add(key);
    ObjectNode context = event.putObject("requestContext");
    context.put("requestId", "r-1").put("domainName", "api.example.com");
    context.putObject("identity").put("sourceIp", "192.0.2.7");
    ObjectNode caller = context.putObject("authorizer");
    caller.put("kind", "jwt").put("issuer", "https://idp.example").put("subject", "alice");
    caller.put("expiresAt", "" + Instant.now().plusSeconds(600).getEpochSecond());
    Outcome outcome =
        host.invoke(
            ARN, event.toString().getBytes(UTF_8), "Root=1-5759e988-bd862e3fe1be46a994272793");
    if (outcome instanceof Outcome.Answered(byte[] payload)) {
      JsonNode answer = JSON.readTree(payload);
      return new Reply(answer.path("statusCode").intValue(), body(answer));
    }
    return new Reply(0, outcome.getClass().getSimpleName());
  }

  /** Of a problem only its code: ids and times differ from answer to answer. */
  private static String body(JsonNode answer) throws IOException {
    String text = answer.path("body").asText();
    String code = text.startsWith("{") ? JSON.readTree(text).path("code").asText() : "";
    return code.isEmpty() ? text : code;
  }

  @Override
  public void close() throws IOException {
    host.close();
    backEnd.close();
    tap.close();
    warden.close();
  }

  private HostSettings settings() {
    return HostSettings.of(
        ProbeArchive.RUNTIME_CLIENT,
        folder,
        warden,
        Map.of(
            "AWS_REGION", "eu-central-1",
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local",
            "AWS_EC2_METADATA_DISABLED", "true",
            "AWS_ENDPOINT_URL_DYNAMODB", tap.endpoint(),
            "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9"),
        List.of(),
        2);
  }

  private FunctionDefinition proxy() throws IOException {
    return new FunctionDefinition(
        "proxy",
        "1",
        ARCHIVE,
        List.of(layer()),
        "dev.gatehouse.proxy.ProxyHandler",
        1769,
        TIMEOUT,
        Map.of(
            "LEDGER_TABLE", "Ledger",
            "ACCESS_TABLE", "Access",
            "REDIS_ENDPOINT", "127.0.0.1:9",
            "REDIS_SECRET", "none",
            "POWERTOOLS_SERVICE_NAME", "proxy"),
        SnapStart.NONE,
        OptionalInt.empty());
  }

  private Path layer() throws IOException {
    Path layer = folder.folder("layer");
    Path jars = Files.createDirectories(layer.resolve("java/lib"));
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(jars.resolve("gateway.jar")))) {
      jar.putNextEntry(new ZipEntry("gateway.yaml"));
      jar.write(GATEWAY.replace("URL", backEnd.url()).getBytes(UTF_8));
    }
    return layer;
  }

  /** Without retries and breaker: what a fault does is the ledger's affair alone. */
  private static final String GATEWAY =
      """
      name: crash
      identity:
        issuers:
          - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
      services:
        s: {url: "URL", timeout: {connect: 250ms, request: 1s}, retry: {attempts: 1}, breaker: {failures: 1000}}
      routes:
        - {match: POST /once, to: s, allow: jwt, idempotency: required}
        - {match: POST /again, to: s, allow: jwt, idempotency: {mode: required, upstream: deduplicates}}
      """;
}
