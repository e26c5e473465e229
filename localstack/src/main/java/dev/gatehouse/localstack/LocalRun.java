package dev.gatehouse.localstack;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Reading;
import dev.gatehouse.config.Route;
import dev.gatehouse.localstack.api.ApiServer;
import dev.gatehouse.localstack.api.RestApi;
import dev.gatehouse.localstack.assembly.AssemblyException;
import dev.gatehouse.localstack.assembly.CloudAssembly;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Settings;
import dev.gatehouse.localstack.lambda.DeployedFunctions;
import dev.gatehouse.localstack.lambda.HostSettings;
import dev.gatehouse.localstack.lambda.LambdaHost;
import dev.gatehouse.localstack.machine.Ports;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.localstack.schedule.Schedules;
import dev.gatehouse.localstack.store.CertificateAuthority;
import dev.gatehouse.localstack.store.DeployedStores;
import dev.gatehouse.localstack.store.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One gateway running on this machine: what {@code cdk deploy} would deploy, served from the
 * synthesized stacks and the built archives.
 *
 * <p>Order of a start: demo issuers and upstreams take their ports; the stacks are synthesized for
 * them, while Redis, DynamoDB and the example's back ends come up; the assembly is read, its
 * secrets, users and tables are made; one environment of each function initialises; the API opens
 * its port. Everything that the run writes is in one folder and every process is under one warden,
 * so a run that is killed at any moment leaves nothing.
 */
public final class LocalRun implements AutoCloseable {
  /** Exit codes of the command line: 1 it failed, 2 the gateway is faulty, 3 the machine is. */
  private static final int FAILED = 1;

  private static final int FAULTY_GATEWAY = 2;
  private static final int UNFIT_MACHINE = 3;

  private final LocalRunOptions options;
  private final Progress progress;
  private final Gateway gateway;
  private final RunFolder folder;
  private final Warden warden;
  private final Tasks tasks = new Tasks();
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock = Clock.systemUTC();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private int port;

  /** How a start ended. */
  public sealed interface Start {
    record Ready(LocalRun run) implements Start {}

    /**
     * @param exit the command's exit code
     */
    record Refused(int exit, List<String> messages) implements Start {
      public Refused {
        messages = List.copyOf(messages);
      }

      Refused(int exit, String message) {
        this(exit, List.of(message));
      }
    }
  }

  private LocalRun(
      LocalRunOptions options,
      Progress progress,
      Gateway gateway,
      RunFolder folder,
      Warden warden) {
    this.options = options;
    this.progress = progress;
    this.gateway = gateway;
    this.folder = folder;
    this.warden = warden;
  }

  /**
   * Starts a run.
   *
   * @param onWarden told of the run's warden as soon as there is one, so that an end in the middle
   *     of the start can close it
   */
  public static Start start(
      LocalRunOptions options, Progress progress, java.util.function.Consumer<Warden> onWarden) {
    if (options.port() != 0 && !Ports.isFree(options.port())) {
      return new Start.Refused(
          UNFIT_MACHINE, "port " + options.port() + ": in use (expected: a free one; --port N)");
    }
    Optional<String> obstacle = Synthesis.obstacle();
    if (obstacle.isPresent()) {
      return new Start.Refused(UNFIT_MACHINE, obstacle.get());
    }
    Path file = options.gateway().resolve("gateway.yaml");
    return switch (new GatewayReader().read(file)) {
      case Reading.Invalid(var faults) ->
          new Start.Refused(
              FAULTY_GATEWAY, faults.stream().map(fault -> file + ":" + fault).toList());
      case Reading.Valid valid -> start(options, progress, onWarden, valid.gateway());
    };
  }

  private static Start start(
      LocalRunOptions options,
      Progress progress,
      java.util.function.Consumer<Warden> onWarden,
      Gateway gateway) {
    try {
      RunFolder folder = RunFolder.create();
      Warden warden = Warden.over(folder.path());
      onWarden.accept(warden);
      return new LocalRun(options, progress, gateway, folder, warden).begin();
    } catch (IOException e) {
      return new Start.Refused(FAILED, "" + e.getMessage());
    }
  }

  private Start begin() {
    try {
      Start start = deploy();
      if (start instanceof Start.Refused) {
        close();
      }
      return start;
    } catch (IOException | AssemblyException e) {
      close();
      return new Start.Refused(FAILED, "" + e.getMessage());
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      return new Start.Refused(FAILED, "interrupted");
    }
  }

  private Start deploy() throws IOException, InterruptedException {
    Secrets secrets = new Secrets(LocalCloud.REGION, LocalCloud.ACCOUNT, clock);
    Tasks.Task<LocalCloud> cloudTask =
        tasks.start(
            () ->
                LocalCloud.start(
                    options.project(),
                    folder,
                    warden,
                    secrets,
                    new CertificateAuthority(random, clock.instant()),
                    Long.toHexString(random.nextLong()),
                    tasks));
    Surroundings surroundings = Surroundings.start(options.gateway(), gateway, random, clock);
    parts.push(surroundings);
    Tasks.Task<List<String>> backends = tasks.start(() -> surroundings.startBackends(folder));
    Optional<Start.Refused> refused = synthesize(surroundings);
    LocalCloud cloud = cloudTask.get();
    parts.push(cloud);
    if (refused.isPresent()) {
      return refused.get();
    }
    CloudAssembly assembly = CloudAssembly.read(assemblyFolder());
    Resolved resolved =
        assembly.resolve(new Settings(LocalCloud.REGION, LocalCloud.ACCOUNT, cloud.ids()));
    DeployedStores stores = new DeployedStores(resolved, secrets, random);
    stores.secrets();
    surroundings.fill(secrets, random);
    stores.users(cloud.redis());
    List<String> tables = stores.tables(cloud.dynamo());
    progress.say("stores are filled: tables " + String.join(", ", tables));
    LambdaHost host = host(assembly, resolved, cloud);
    RestApi api = new RestApi(resolved, host, clock, folder.folder("logs"));
    Optional<Start.Refused> cold = prewarm(host, calledByRoutes(api));
    if (cold.isPresent()) {
      return cold.get();
    }
    backends.get();
    Schedules schedules = Schedules.of(resolved, host, clock);
    parts.push(schedules);
    open(
        api,
        new Deployment(gateway, options, surroundings, cloud, host, schedules, tables, folder));
    if (options.timers()) {
      schedules.start();
    }
    return new Start.Ready(this);
  }

  private Path assemblyFolder() {
    return folder.path().resolve("cdk.out");
  }

  /** Runs the CDK app; its words are shown when it refuses. */
  private Optional<Start.Refused> synthesize(Surroundings surroundings)
      throws IOException, InterruptedException {
    progress.say("synthesizing the stacks of " + gateway.name());
    Synthesis synthesis =
        new Synthesis(
            options.project(),
            options.gateway(),
            assemblyFolder(),
            folder.folder("tmp"),
            surroundings.overrides());
    ProcessBuilder app = synthesis.process();
    // The CDK's own check of the templates takes 12 s of CPU; `gatehouse synth` and the build do
    // it.
    app.environment().put("CDK_VALIDATION", "false");
    Process process = warden.start(app);
    process.getOutputStream().close();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status == 0) {
      progress.quote(words);
      return Optional.empty();
    }
    return Optional.of(
        new Start.Refused(status == FAULTY_GATEWAY ? status : FAILED, words.strip()));
  }

  private LambdaHost host(CloudAssembly assembly, Resolved resolved, LocalCloud cloud)
      throws IOException {
    HostSettings settings =
        HostSettings.of(
            options.project().runtimeClient(),
            folder,
            warden,
            cloud.variables(),
            cloud.javaOptions(),
            options.environments());
    LambdaHost host =
        LambdaHost.of(settings, new DeployedFunctions(assembly, resolved).definitions(), clock);
    parts.push(host);
    return host;
  }

  /** What a client's first request waits for; functions for operators start when they are asked. */
  private Set<String> calledByRoutes(RestApi api) {
    Set<String> functions = new TreeSet<>();
    for (Route route : gateway.routes()) {
      String verb = route.match().method().equals(Match.ANY) ? "GET" : route.match().method();
      functions.addAll(api.called(verb, route.match().pattern().replace("*", "x")));
    }
    if (!gateway.queues().isEmpty()) {
      functions.addAll(api.called("POST", "/api/v1/queue/join"));
    }
    return functions;
  }

  private Optional<Start.Refused> prewarm(LambdaHost host, Set<String> arns)
      throws IOException, InterruptedException {
    return switch (host.prewarm(arns)) {
      case LambdaHost.Warmth.Warm _ -> {
        host.functions().stream()
            .filter(function -> function.environments() > 0)
            .forEach(
                function ->
                    progress.say(
                        function.name() + " initialised in " + function.initMillis() + " ms"));
        yield Optional.empty();
      }
      case LambdaHost.Warmth.Cold(String function, var outcome, String log) ->
          Optional.of(
              new Start.Refused(
                  FAILED, List.of(function + " does not initialise: " + outcome, log.strip())));
    };
  }

  private void open(RestApi api, Deployment deployment) throws IOException {
    ControlApi control = new ControlApi(deployment);
    ApiServer server = ApiServer.start(api, options.port(), List.of(control));
    parts.push(server);
    port = server.port();
    folder.announce(options.gateway(), port, clock.instant());
  }

  /** The API's port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Ends everything and returns when it is gone. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        progress.say("while ending: " + e);
      }
    }
    warden.close();
  }
}
