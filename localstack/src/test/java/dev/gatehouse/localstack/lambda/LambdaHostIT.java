package dev.gatehouse.localstack.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.redis.Polling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes under AWS's Runtime Interface Client, from an archive built here. */
class LambdaHostIT {
  private static final String ARN = "arn:aws:lambda:eu-central-1:000000000000:function:probe";
  private static final String TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

  @TempDir static Path files;
  private static Path archive = Path.of("");

  private RunFolder folder;
  private Warden warden;
  private @Nullable LambdaHost host;

  @BeforeAll
  static void archive() throws IOException {
    archive = ProbeArchive.build(files);
  }

  @BeforeEach
  void run() throws IOException {
    folder = RunFolder.create();
    warden = Warden.over(folder.path());
  }

  @AfterEach
  void end() {
    if (host != null) {
      host.close();
    }
    warden.close();
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void anAnswerIsHandedOverByteForByte() throws Exception {
    start(probe());

    assertThat(answer("echo \"☃\" ")).isEqualTo("\"☃\" ");
  }

  @Test
  void theRuntimeSeesWhatLambdaTellsIt() throws Exception {
    start(probe());

    String[] context = answer("context").split(" ", -1);

    assertThat(context[0]).matches("[0-9a-f-]{36}");
    assertThat(context[1]).isEqualTo(ARN + ":live");
    assertThat(Integer.parseInt(context[2])).isBetween(2000, 3000);
    assertThat(context[3]).isEqualTo(TRACE);
  }

  @Test
  void nothingOfTheShellReachesAFunction() throws Exception {
    start(probe());

    String environment = answer("environment");

    assertThat(environment)
        .contains("TABLE=orders", "AWS_REGION=eu-central-1", "_HANDLER=functions.Probe")
        .contains("AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_FUNCTION_VERSION=1")
        .doesNotContain("HOME=", "JAVA_HOME", "USER=");
    assertThat(answer("directory")).endsWith("/tasks/probe");
  }

  @Test
  void aLayersJarsAreOnTheClassPath() throws Exception {
    Path jars = Files.createDirectories(files.resolve("layer/java/lib"));
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(jars.resolve("g.jar")))) {
      jar.putNextEntry(new ZipEntry("gateway.yaml"));
      jar.write("name: g".getBytes(UTF_8));
    }
    start(probe(SnapStart.NONE, Map.of(), OptionalInt.empty(), List.of(files.resolve("layer"))));

    assertThat(answer("resource /gateway.yaml")).isEqualTo("name: g");
  }

  @Test
  void anExceptionIsAFailureAndTheEnvironmentServesOn() throws Exception {
    start(probe());
    String pid = answer("pid");

    assertThat(invoke("throw no seats"))
        .isEqualTo(new Outcome.Failed("java.lang.IllegalArgumentException", "no seats"));
    assertThat(answer("pid")).isEqualTo(pid);
    assertThat(status().errors()).isEqualTo(1);
  }

  @Test
  void anEnvironmentThatDiesIsACrashAndIsReplaced() throws Exception {
    start(probe());
    String pid = answer("pid");

    assertThat(invoke("exit 3"))
        .isEqualTo(new Outcome.Crashed("Runtime exited with exit status 3"));
    assertThat(answer("pid")).isNotEqualTo(pid);
    assertThat(status().coldStarts()).isEqualTo(2);
    assertThat(log()).contains("Error: Runtime exited with exit status 3");
  }

  @Test
  void aFunctionThatDoesNotAnswerInItsTimeoutIsKilled() throws Exception {
    start(probe());
    long pid = Long.parseLong(answer("pid"));

    assertThat(invoke("sleep 60000")).isEqualTo(new Outcome.TimedOut(Duration.ofSeconds(3)));

    ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
    assertThat(log()).contains("Task timed out after 3.00 seconds");
    assertThat(answer("echo again")).isEqualTo("again");
  }

  @Test
  void payloadsAboveSixMegabytesAreRefusedBothWays() throws Exception {
    start(probe());

    assertThat(host().invoke(ARN, new byte[6_291_557], TRACE))
        .isEqualTo(new Outcome.TooLarge(6_291_557));
    assertThat(invoke("bytes 6291557")).isEqualTo(new Outcome.TooLarge(6_291_557));
    assertThat(answer("bytes 6291556")).hasSize(6_291_556);
    assertThat(status().coldStarts()).isEqualTo(1);
  }

  @Test
  void aSnapshotIsTakenAtTheStartAndRestoredByTheFirstInvocation() throws Exception {
    start(probe(SnapStart.PUBLISHED_VERSIONS, Map.of(), OptionalInt.empty(), List.of()));

    assertThat(status().environments()).isEqualTo(1);
    assertThat(answer("life")).isEqualTo("init checkpoint restore invoke1");
    assertThat(answer("life")).isEqualTo("init checkpoint restore invoke2");
    assertThat(answer("environment")).contains("AWS_LAMBDA_INITIALIZATION_TYPE=snap-start");
  }

  @Test
  void withoutSnapStartNoHookIsCalled() throws Exception {
    start(probe());

    assertThat(answer("life")).isEqualTo("init invoke1");
  }

  @Test
  void anEnvironmentThatCannotBeRestoredIsAFailureNotAHang() throws Exception {
    start(
        probe(
            SnapStart.PUBLISHED_VERSIONS,
            Map.of("RESTORE", "fail"),
            OptionalInt.empty(),
            List.of()));

    assertThat(invoke("life")).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void aFunctionThatDoesNotInitialiseIsReportedWithItsLog() throws Exception {
    LambdaHost.Warmth warmth =
        prewarm(probe(SnapStart.NONE, Map.of("INIT", "fail"), OptionalInt.empty(), List.of()));

    assertThat(warmth)
        .isInstanceOfSatisfying(
            LambdaHost.Warmth.Cold.class,
            cold -> {
              assertThat(cold.function()).isEqualTo("probe");
              assertThat(cold.log()).contains("init refused");
            });
    assertThat(invoke("echo x")).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void aFunctionThatDiesWhileItInitialisesIsACrash() throws Exception {
    prewarm(probe(SnapStart.NONE, Map.of("INIT", "exit"), OptionalInt.empty(), List.of()));

    assertThat(invoke("echo x"))
        .isEqualTo(new Outcome.Crashed("Runtime exited with exit status 7"));
  }

  @Test
  void invocationsAtTheSameTimeGetEnvironmentsOfTheirOwnUpToTheBound() throws Exception {
    start(probe());

    Set<String> pids = new TreeSet<>();
    for (Outcome outcome : parallel(8, "sleep 1500")) {
      pids.add(text(outcome));
    }

    assertThat(pids).hasSizeBetween(2, 3);
    assertThat(status().environments()).isEqualTo(pids.size());
    Polling.until(Duration.ofSeconds(5), "nobody is busy", () -> status().busy() == 0);
  }

  @Test
  void aboveItsReservedConcurrencyAFunctionIsThrottled() throws Exception {
    start(probe(SnapStart.NONE, Map.of(), OptionalInt.of(1), List.of()));

    List<Outcome> outcomes = parallel(4, "sleep 500");

    assertThat(outcomes).filteredOn(Outcome.Throttled.class::isInstance).hasSize(3);
    assertThat(outcomes).filteredOn(Outcome.Answered.class::isInstance).hasSize(1);
    assertThat(status().throttles()).isEqualTo(3);
  }

  @Test
  void whatAFunctionWritesIsInItsLog() throws Exception {
    start(probe());
    invoke("log {\"_aws\":{}}");

    assertThat(log().lines().filter("{\"_aws\":{}}"::equals)).hasSize(2);
  }

  @Test
  void anUnknownFunctionIsNotFound() throws Exception {
    start(probe());

    assertThat(host().invoke(ARN.replace(":probe", ":other"), new byte[0], TRACE))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.errorType()).isEqualTo("ResourceNotFoundException"));
  }

  private void start(FunctionDefinition function) throws Exception {
    assertThat(prewarm(function)).isEqualTo(new LambdaHost.Warmth.Warm());
  }

  private LambdaHost.Warmth prewarm(FunctionDefinition function) throws Exception {
    HostSettings settings =
        HostSettings.of(
            ProbeArchive.RUNTIME_CLIENT,
            folder,
            warden,
            Map.of("AWS_REGION", "eu-central-1"),
            List.of(),
            3);
    host = LambdaHost.of(settings, List.of(function), InstantSource.system());
    return host.prewarm(Set.of("arn:aws:lambda:eu-central-1:1:function:" + function.name()));
  }

  private FunctionDefinition probe() {
    return probe(SnapStart.NONE, Map.of("TABLE", "orders"), OptionalInt.empty(), List.of());
  }

  private FunctionDefinition probe(
      SnapStart snapStart,
      Map<String, String> environment,
      OptionalInt reservedConcurrency,
      List<Path> layers) {
    return new FunctionDefinition(
        "probe",
        "1",
        archive,
        layers,
        "functions.Probe",
        512,
        Duration.ofSeconds(3),
        environment,
        snapStart,
        reservedConcurrency);
  }

  private LambdaHost host() {
    return java.util.Objects.requireNonNull(host);
  }

  private Outcome invoke(String payload) {
    return host().invoke(ARN + ":live", payload.getBytes(UTF_8), TRACE);
  }

  private String answer(String payload) {
    return text(invoke(payload));
  }

  private static String text(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Answered.class);
    return new String(((Outcome.Answered) outcome).payload(), UTF_8);
  }

  private List<Outcome> parallel(int count, String payload) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> calls =
          IntStream.range(0, count).mapToObj(i -> clients.submit(() -> invoke(payload))).toList();
      List<Outcome> outcomes = new java.util.ArrayList<>();
      for (Future<Outcome> call : calls) {
        outcomes.add(call.get());
      }
      return outcomes;
    }
  }

  private FunctionStatus status() {
    return host().functions().getFirst();
  }

  private String log() throws IOException {
    return new String(host().log("probe").orElseThrow(), UTF_8);
  }
}
