package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.localstack.lambda.FunctionDefinition;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.lambda.HostSettings;
import dev.gatehouse.localstack.lambda.LambdaHost;
import dev.gatehouse.localstack.lambda.LambdaHost.Warmth;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One function in its Lambda process, as it would be deployed. */
final class FunctionProcess implements AutoCloseable {
  private static final String NATIVE_LIBRARY = "NativeClient.JNI=";

  private final String arn;
  private final Warden warden;
  private final LambdaHost host;
  private final ProcessHandle process;

  private FunctionProcess(String arn, Warden warden, LambdaHost host, ProcessHandle process) {
    this.arn = arn;
    this.warden = warden;
    this.host = host;
    this.process = process;
  }

  /**
   * What a function needs of a local run: its stores.
   *
   * @param variables of a process of the same function there
   * @param javaOptions its trust store
   */
  record Borrowed(Map<String, String> variables, List<String> javaOptions) {
    Borrowed {
      variables = Map.copyOf(variables);
      javaOptions = List.copyOf(javaOptions);
    }

    /**
     * Of the process whose number is given; without one, of nobody: first answers then pay for
     * attempts to reach what is not there.
     */
    static Borrowed of(String... processes) throws IOException {
      if (processes.length == 0) {
        return new Borrowed(
            Map.of(
                "REDIS_ENDPOINT", "127.0.0.1:9",
                "REDIS_SECRET", "none",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9"),
            List.of());
      }
      Path process = Path.of("/proc", processes[0]);
      Map<String, String> variables = new HashMap<>();
      for (String line : parts(process.resolve("environ"))) {
        String[] sides = line.split("=", 2);
        if (sides[0].matches(
            "(REDIS|AWS_ENDPOINT_URL)_.*|[A-Z]+_(TABLE|SECRET)|QUEUE_.*|MALLOC_.*|JAVA_.*")) {
          variables.put(sides[0], sides[1]);
        }
      }
      return new Borrowed(
          variables,
          parts(process.resolve("cmdline")).stream()
              .filter(part -> part.startsWith("-Djavax.net.ssl."))
              .toList());
    }

    private static List<String> parts(Path file) throws IOException {
      return List.of(Files.readString(file).split("\0", -1));
    }

    /** The same with further options of the JVM. */
    Borrowed and(String... options) {
      List<String> all = new ArrayList<>(javaOptions);
      all.addAll(List.of(options));
      return new Borrowed(variables, all);
    }
  }

  /** Starts it without a snapshot, or restores it from one. */
  static FunctionProcess start(Contender contender, Borrowed borrowed, SnapStart snapStart)
      throws IOException, InterruptedException {
    RunFolder folder = RunFolder.create();
    Warden warden = Warden.over(folder.path());
    HostSettings settings =
        HostSettings.of(
            Path.of("localstack/target/ric").toAbsolutePath(),
            folder,
            warden,
            variables(contender, borrowed),
            borrowed.javaOptions(),
            1);
    String name = contender.name().replace(' ', '-');
    String arn = "arn:aws:lambda:eu-central-1:000000000000:function:" + name + ":live";
    LambdaHost host =
        LambdaHost.of(
            settings,
            List.of(definition(name, contender, layers(contender, folder), snapStart)),
            InstantSource.system());
    try {
      return switch (host.prewarm(Set.of(arn))) {
        case Warmth.Warm() -> new FunctionProcess(arn, warden, host, process(folder));
        case Warmth.Cold(String function, Outcome outcome, String log) ->
            throw new IOException(function + ": " + outcome + " (expected: a start)\n" + log);
      };
    } catch (IOException e) {
      host.close();
      warden.close();
      throw e;
    }
  }

  private static Map<String, String> variables(Contender contender, Borrowed borrowed) {
    Map<String, String> variables = new HashMap<>(borrowed.variables());
    variables.putAll(
        Map.of(
            "AWS_REGION", "eu-central-1",
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local",
            "POWERTOOLS_SERVICE_NAME", contender.name(),
            "POWERTOOLS_METRICS_NAMESPACE", "Gatehouse"));
    variables.putAll(contender.variables());
    if (contender.gateway().isEmpty()) {
      variables.remove("JAVA_TOOL_OPTIONS"); // what our stacks tell our functions' JVM
    }
    return variables;
  }

  private static FunctionDefinition definition(
      String name, Contender contender, List<Path> layers, SnapStart snapStart) {
    return new FunctionDefinition(
        name,
        "1",
        contender.archive(),
        layers,
        contender.handler(),
        contender.megabytes(),
        Duration.ofSeconds(30),
        Map.of(),
        snapStart,
        OptionalInt.empty());
  }

  private static List<Path> layers(Contender contender, RunFolder folder) throws IOException {
    List<Path> layers = new ArrayList<>(contender.layers());
    if (!contender.gateway().isEmpty()) {
      Path layer = folder.folder("layer");
      Path jars = Files.createDirectories(layer.resolve("java/lib"));
      Workbench.gatewayJar(jars.resolve("gateway.jar"), contender.gateway());
      layers.add(layer);
    }
    return layers;
  }

  /** Known by the native library in its folder, which its command names near the beginning. */
  private static ProcessHandle process(RunFolder folder) throws IOException {
    return ProcessHandle.current()
        .descendants()
        .filter(
            child -> child.info().commandLine().orElse("").contains(NATIVE_LIBRARY + folder.path()))
        .findFirst()
        .orElseThrow(() -> new IOException(folder.path() + ": no process (expected: a JVM)"));
  }

  long initMillis() {
    return host.functions().getFirst().initMillis();
  }

  /**
   * How long an answer takes, through the Runtime API on loopback twice, in nanoseconds.
   *
   * @param expected what the answer has to contain
   */
  long answer(byte[] event, String expected) throws IOException {
    long sent = System.nanoTime();
    Outcome outcome = host.invoke(arn, event, "Root=1-0-0");
    long took = System.nanoTime() - sent;
    if (outcome instanceof Outcome.Answered(byte[] answer)
        && new String(answer, UTF_8).contains(expected)) {
      return took;
    }
    String text =
        outcome instanceof Outcome.Answered(byte[] answer)
            ? new String(answer, UTF_8)
            : outcome.toString();
    String log = new String(host.log(function()).orElse(new byte[0]), UTF_8);
    throw new IOException(text + " (expected: " + expected + ")\n" + log);
  }

  private String function() {
    return host.functions().getFirst().name();
  }

  /** CPU time since the process began. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Megabytes, from Linux's /proc. */
  long resident() throws IOException {
    return megabytes("VmRSS:");
  }

  /** The most that were resident since it began. */
  long peak() throws IOException {
    return megabytes("VmHWM:");
  }

  private long megabytes(String figure) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith(figure))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1_024;
    }
  }

  /** Asks it to end (SIGTERM) and waits until it has, shutdown hooks included. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    try {
      process.onExit().get(2, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the process goes on (expected: an end within 2 minutes)", e);
    }
  }

  @Override
  public void close() throws IOException {
    host.close();
    warden.close();
  }
}
