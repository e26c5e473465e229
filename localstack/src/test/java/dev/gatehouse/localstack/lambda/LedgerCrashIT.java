package dev.gatehouse.localstack.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.dynamo.DynamoTap;
import dev.gatehouse.dynamo.DynamoTap.Fate;
import dev.gatehouse.localstack.lambda.FaultyBackEnd.Fault;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.localstack.store.DynamoServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proxy's real process, killed or cut off at every step between begin and answer; then its
 * client repeats the request until it knows. Nothing may be lost, doubled or stuck.
 */
final class LedgerCrashIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path ARCHIVE = ROOT.resolve("proxy-fn/target/proxy-fn-lambda.zip");
  private static final String ARN = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:live";

  /** The function's own timeout: nothing of it lives longer, so no lease does (LedgerStage). */
  private static final Duration LEASE = Duration.ofSeconds(6);

  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir private static Path files;

  private RunFolder folder;
  private Warden warden;
  private DynamoServer dynamo;
  private DynamoTap tap;
  private FaultyBackEnd backEnd;
  private LambdaHost host;

  /** Where it happens. */
  private enum Step {
    BEGIN("PutItem", Fault.NONE),
    UPSTREAM("", Fault.NONE),
    COMPLETE("UpdateItem", Fault.NONE),
    RELEASE("DeleteItem", Fault.REFUSES),
    MARK_UNKNOWN("UpdateItem", Fault.BREAKS);

    private final String operation;
    private final Fault provoked;

    Step(String operation, Fault provoked) {
      this.operation = operation;
      this.provoked = provoked;
    }
  }

  /** What happens there. */
  private enum Blow {
    KILLED_BEFORE,
    KILLED_AFTER,
    REQUEST_LOST,
    ANSWER_LOST;

    boolean kills() {
      return this == KILLED_BEFORE || this == KILLED_AFTER;
    }

    boolean comesBefore() {
      return this == KILLED_BEFORE || this == REQUEST_LOST;
    }
  }

  private record Cell(Step step, Blow blow, boolean deduplicates) {}

  /** An answer of the gateway; status 0 when there was none. */
  private record Reply(int status, String body) {
    boolean success() {
      return status == 201;
    }
  }

  private record Verdict(Cell cell, Reply first, Reply last, int effects, Duration settled) {
    boolean lost() {
      boolean forgotten = first.success() && !first.equals(last);
      return forgotten || (last.success() && effects == 0);
    }

    boolean doubled() {
      return effects > 1;
    }

    boolean stuck() {
      return !last.success() && !last.body().contains("IDEMPOTENCY_UNKNOWN");
    }
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.exists(ARCHIVE), ARCHIVE + ": not built (expected: ./mvnw package first)");
    folder = RunFolder.create();
    warden = Warden.over(folder.path());
    Path module = Path.of("dynamodb", "target").toAbsolutePath();
    dynamo =
        DynamoServer.start(
            folder,
            warden,
            module.resolve("classes")
                + File.pathSeparator
                + Files.readString(module.resolve("classpath")));
    dynamo.call("CreateTable", JSON.readTree(TABLE));
    tap = DynamoTap.before(dynamo.uri().toString());
    backEnd = FaultyBackEnd.start();
    FunctionDefinition proxy = proxy();
    host = LambdaHost.of(settings(), List.of(proxy), InstantSource.system());
    assertThat(host.prewarm(Set.of("arn:aws:lambda:eu-central-1:1:function:" + proxy.name())))
        .isEqualTo(new LambdaHost.Warmth.Warm());
  }

  @AfterEach
  void end() throws IOException {
    host.close();
    backEnd.close();
    tap.close();
    dynamo.close();
    warden.close();
  }

  @Test
  void nothingIsLostDoubledOrStuck() throws IOException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Cell cell : cells()) {
      verdicts.add(verdict(cell));
    }
    report(verdicts);
    assertThat(verdicts).hasSizeGreaterThanOrEqualTo(24);
    assertThat(verdicts).noneMatch(Verdict::lost).noneMatch(Verdict::doubled);
    assertThat(verdicts).noneMatch(Verdict::stuck);
    assertThat(verdicts).allMatch(v -> v.settled().compareTo(LEASE.plus(GRACE)) <= 0);
    assertThat(verdicts)
        .filteredOn(verdict -> verdict.cell().deduplicates())
        .allMatch(verdict -> verdict.last().success() && verdict.effects() == 1);
  }

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Step step : Step.values()) {
      for (Blow blow : Blow.values()) {
        cells.add(new Cell(step, blow, false));
        cells.add(new Cell(step, blow, true));
      }
    }
    return cells;
  }

  /** One blow, then repeats until the client knows. */
  private Verdict verdict(Cell cell) throws IOException {
    String key = UUID.randomUUID().toString();
    String path = cell.deduplicates() ? "/again" : "/once";
    strike(cell);
    long began = System.nanoTime();
    Reply first = request(path, key);
    tap.rule(operation -> Fate.PASS);
    backEnd.fails(Fault.NONE, () -> {});
    Reply last = request(path, key);
    while (!settled(last) && since(began).compareTo(LEASE.plus(GRACE)) < 0) {
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
      last = request(path, key);
    }
    Duration settled = since(began);
    // Whatever is still on its way has arrived: nothing may come after the end.
    Reply again = request(path, key);
    assertThat(again).as(cell.toString()).isEqualTo(last);
    return new Verdict(cell, first, last, backEnd.effects(key), settled);
  }

  private static boolean settled(Reply reply) {
    return reply.success() || reply.body().contains("IDEMPOTENCY_UNKNOWN");
  }

  private void strike(Cell cell) {
    Runnable blow = cell.blow().kills() ? LedgerCrashIT::kill : () -> {};
    if (cell.step() == Step.UPSTREAM) {
      backEnd.fails(
          cell.blow().comesBefore() ? Fault.BEFORE_THE_EFFECT : Fault.AFTER_THE_EFFECT, blow);
      return;
    }
    backEnd.fails(cell.step().provoked, () -> {});
    tap.whenAnAnswerIsLost(blow);
    tap.rule(
        operation -> {
          if (!operation.equals(cell.step().operation)) {
            return Fate.PASS;
          }
          if (!cell.blow().comesBefore()) {
            return Fate.LOSE_ANSWER;
          }
          blow.run();
          return Fate.LOSE_REQUEST;
        });
  }

  /** Kills the function's process as the machine would: at once. */
  private static void kill() {
    ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .orElse("")
                    .contains("dev.gatehouse.proxy.ProxyHandler"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private Reply request(String path, String key) throws IOException {
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

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void report(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      System.out.printf(
          "%-13s %-13s %-15s first %-28s last %-28s effects %d, settled after %.1f s%n",
          verdict.cell().step(),
          verdict.cell().blow(),
          verdict.cell().deduplicates() ? "deduplicates" : "no takeover",
          told(verdict.first()),
          told(verdict.last()),
          verdict.effects(),
          verdict.settled().toMillis() / 1e3);
    }
    System.out.printf(
        "crash matrix: %d cells, %d lost, %d doubled, %d stuck past lease + 5 s%n",
        verdicts.size(),
        verdicts.stream().filter(Verdict::lost).count(),
        verdicts.stream().filter(Verdict::doubled).count(),
        verdicts.stream().filter(Verdict::stuck).count());
  }

  private static String told(Reply reply) {
    return reply.success() ? "201" : reply.status() + " " + reply.body();
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
        LEASE,
        Map.of(
            "LEDGER_TABLE", "Ledger",
            "REDIS_ENDPOINT", "127.0.0.1:9",
            "REDIS_SECRET", "none",
            "POWERTOOLS_SERVICE_NAME", "proxy",
            "POWERTOOLS_METRICS_NAMESPACE", "Gatehouse",
            "AWS_EMF_ENVIRONMENT", "Local"),
        SnapStart.NONE,
        OptionalInt.empty());
  }

  private Path layer() throws IOException {
    Path layer = files.resolve("layer");
    Path jars = Files.createDirectories(layer.resolve("java/lib"));
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(jars.resolve("gateway.jar")))) {
      jar.putNextEntry(new ZipEntry("gateway.yaml"));
      jar.write(GATEWAY.replace("URL", backEnd.url()).getBytes(UTF_8));
    }
    return layer;
  }

  private static final String GATEWAY =
      """
      name: crash
      identity:
        issuers:
          - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
      services:
        s: {url: "URL", timeout: {connect: 250ms, request: 1s}}
      routes:
        - {match: POST /once, to: s, allow: jwt, idempotency: required}
        - {match: POST /again, to: s, allow: jwt, idempotency: {mode: required, upstream: deduplicates}}
      """;

  private static final String TABLE =
      """
      {"TableName": "Ledger", "BillingMode": "PAY_PER_REQUEST",
       "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
       "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "part", "AttributeType": "N"}]}
      """;
}
