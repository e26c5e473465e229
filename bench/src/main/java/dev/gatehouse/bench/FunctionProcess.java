package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.bench.LeanRuntimeApi.Answer;
import dev.gatehouse.localstack.lambda.FunctionDefinition;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.HostSettings;
import dev.gatehouse.localstack.lambda.Launcher;
import dev.gatehouse.localstack.lambda.Launcher.Placement;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One function in its Lambda process, as it would be deployed, asked through a lean Runtime API.
 */
final class FunctionProcess implements AutoCloseable {
  /** In the place of Lambda's metadata, which a gateway without zones does not ask for. */
  private static final String NOBODY = "127.0.0.1:9";

  private final Warden warden;
  private final LeanRuntimeApi api;
  private final Path log;
  private final long initMillis;

  private FunctionProcess(Warden warden, LeanRuntimeApi api, Path log, long initMillis) {
    this.warden = warden;
    this.api = api;
    this.log = log;
    this.initMillis = initMillis;
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

  /** Starts it without a snapshot, or takes it to the checkpoint from which it is restored. */
  static FunctionProcess start(Contender contender, Borrowed borrowed, SnapStart snapStart)
      throws IOException {
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
    try {
      FunctionDefinition function = definition(contender, layers(contender, folder), snapStart);
      Path nativeLibrary = Launcher.nativeLibrary(settings);
      return begun(function.name(), Launcher.of(function, settings, nativeLibrary), warden);
    } catch (IOException e) {
      warden.close();
      throw e;
    }
  }

  private static FunctionProcess begun(String name, Launcher launcher, Warden warden)
      throws IOException {
    long born = System.nanoTime();
    LeanRuntimeApi api =
        LeanRuntimeApi.serving(
            "arn:aws:lambda:eu-central-1:000000000000:function:" + name + ":live",
            address -> launcher.start(name, new Placement(address, NOBODY, "none")));
    try {
      api.awaitBeginning();
      long initMillis = (System.nanoTime() - born) / 1_000_000;
      return new FunctionProcess(warden, api, launcher.log(), initMillis);
    } catch (IOException e) {
      api.close();
      throw withLog(e, launcher.log());
    }
  }

  private static IOException withLog(IOException e, Path log) throws IOException {
    return new IOException(e.getMessage() + "\n" + new String(Files.readAllBytes(log), UTF_8), e);
  }

  private static Map<String, String> variables(Contender contender, Borrowed borrowed) {
    Map<String, String> variables = new HashMap<>(borrowed.variables());
    variables.putAll(
        Map.of(
            "AWS_REGION", "eu-central-1",
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local",
            "POWERTOOLS_SERVICE_NAME", contender.name()));
    variables.putAll(contender.variables());
    if (contender.gateway().isEmpty()) {
      variables.remove("JAVA_TOOL_OPTIONS"); // what our stacks tell our functions' JVM
    }
    return variables;
  }

  private static FunctionDefinition definition(
      Contender contender, List<Path> layers, SnapStart snapStart) {
    return new FunctionDefinition(
        contender.name().replace(' ', '-'),
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

  /** From the start of the process to its first request for work, or its checkpoint. */
  long initMillis() {
    return initMillis;
  }

  /**
   * How long an answer takes, in nanoseconds: from the event, or from its restore, to the whole
   * response. The process has asked for the next event when this returns.
   *
   * @param expected what the answer has to contain
   */
  long answer(byte[] event, String expected) throws IOException {
    try {
      Answer answer = api.answer(event);
      if (!answer.text().contains(expected)) {
        throw new IOException(answer.text() + " (expected: " + expected + ")");
      }
      return answer.nanos();
    } catch (IOException e) {
      throw withLog(e, log);
    }
  }

  /** CPU time since the process began. */
  Duration cpu() {
    return api.process().info().totalCpuDuration().orElse(Duration.ZERO);
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
        Files.lines(Path.of("/proc", Long.toString(api.process().pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith(figure))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1_024;
    }
  }

  /** Asks it to end (SIGTERM) and waits until it has, shutdown hooks included. */
  void end() throws IOException, InterruptedException {
    api.process().destroy();
    try {
      api.process().onExit().get(2, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the process goes on (expected: an end within 2 minutes)", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      api.close();
    } finally {
      warden.close();
    }
  }
}
