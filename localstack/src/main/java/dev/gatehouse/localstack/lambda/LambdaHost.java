package dev.gatehouse.localstack.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.localstack.lambda.Environment.Start;
import dev.gatehouse.localstack.lambda.Launcher.Placement;
import dev.gatehouse.localstack.machine.Loopback;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;

/**
 * All functions of a run, each with its fleet of environments behind one Runtime API.
 *
 * <p>{@link #prewarm} starts one environment of several functions, in parallel.
 */
public final class LambdaHost implements Functions, AutoCloseable {
  private final Map<String, Fleet> fleets = new LinkedHashMap<>();
  private final Map<Environment, Boolean> environments = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** A start keeps more than a core busy for seconds. */
  private final Semaphore starts =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  private final RuntimeApi runtimeApi;
  private final MetadataApi metadata;
  private final Loopback listener;
  private final ScheduledExecutorService retirement;

  /** What became of the first environments. */
  public sealed interface Warmth {
    record Warm() implements Warmth {}

    /** A function that does not initialise, with the end of its log. */
    record Cold(String function, Outcome outcome, String log) implements Warmth {}
  }

  private LambdaHost(RuntimeApi runtimeApi, MetadataApi metadata, Loopback listener) {
    this.runtimeApi = runtimeApi;
    this.metadata = metadata;
    this.listener = listener;
    this.retirement =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("retire").factory());
  }

  /** Unpacks the functions; nothing of theirs runs yet. */
  public static LambdaHost of(
      HostSettings settings, Collection<FunctionDefinition> functions, InstantSource clock)
      throws IOException {
    RuntimeApi runtimeApi = new RuntimeApi(clock);
    MetadataApi metadata = new MetadataApi();
    Loopback listener = Loopback.start(new Handler.Sequence(metadata, runtimeApi));
    LambdaHost host = new LambdaHost(runtimeApi, metadata, listener);
    Path nativeLibrary = Launcher.nativeLibrary(settings);
    for (FunctionDefinition function : functions) {
      host.fleets.put(function.name(), host.fleet(function, settings, nativeLibrary));
    }
    long period = settings.idle().toMillis();
    var _ =
        host.retirement.scheduleWithFixedDelay(
            () -> host.fleets.values().forEach(Fleet::retire),
            period,
            Math.max(period / 4, 1),
            TimeUnit.MILLISECONDS);
    return host;
  }

  private Fleet fleet(FunctionDefinition function, HostSettings settings, Path nativeLibrary)
      throws IOException {
    Launcher launcher = Launcher.of(function, settings, nativeLibrary);
    return new Fleet(
        function,
        settings,
        fleet -> start(function, launcher, fleet),
        starts,
        new FunctionLog(launcher.log()));
  }

  private Environment start(
      FunctionDefinition function, Launcher launcher, Environment.Listener fleet)
      throws IOException {
    int number = count.incrementAndGet();
    String id = function.name() + "-" + number;
    Environment environment = new Environment(id, new Register(fleet));
    environments.put(environment, true);
    runtimeApi.admit(environment, function.timeout());
    String token = metadata.admit(environment, number);
    String api = "127.0.0.1:" + listener.port();
    environment.runs(launcher.start(id, new Placement(api + "/" + id, api, token)));
    return environment;
  }

  /** Forgets the dead and tells the fleet. */
  private final class Register implements Environment.Listener {
    private final Environment.Listener fleet;

    Register(Environment.Listener fleet) {
      this.fleet = fleet;
    }

    @Override
    public void free(Environment environment) {
      fleet.free(environment);
    }

    @Override
    public void dead(Environment environment) {
      environments.remove(environment);
      runtimeApi.dismiss(environment);
      metadata.dismiss(environment);
      fleet.dead(environment);
    }
  }

  /**
   * Starts one environment of each of these functions and waits until all have initialised; the
   * others start when they are called.
   */
  public Warmth prewarm(Set<String> arns) throws InterruptedException, IOException {
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<Fleet, Future<Start>> starts = new LinkedHashMap<>();
      for (String arn : arns) {
        FunctionDefinition.nameIn(arn)
            .map(fleets::get)
            .ifPresent(
                fleet -> starts.computeIfAbsent(fleet, one -> starters.submit(one::prewarm)));
      }
      for (Map.Entry<Fleet, Future<Start>> entry : starts.entrySet()) {
        if (entry.getValue().get() instanceof Start.Refused(Outcome outcome)) {
          Fleet fleet = entry.getKey();
          return new Warmth.Cold(
              fleet.function().name(), outcome, new String(fleet.log().content(), UTF_8));
        }
      }
      return new Warmth.Warm();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a start has no exceptional end", e);
    }
  }

  @Override
  public Outcome invoke(String arn, byte[] payload, String traceHeader) {
    Optional<Fleet> fleet = FunctionDefinition.nameIn(arn).map(fleets::get);
    if (fleet.isEmpty()) {
      return new Outcome.Failed("ResourceNotFoundException", "Function not found: " + arn);
    }
    if (payload.length > Quota.PAYLOAD_BYTES) {
      return new Outcome.TooLarge(payload.length);
    }
    try {
      return fleet.get().invoke(Invocation.of(arn, payload, traceHeader));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Crashed("the run is ending");
    }
  }

  public List<FunctionStatus> functions() {
    return fleets.values().stream().map(Fleet::status).toList();
  }

  /** What a function has logged, or nothing for an unknown one. */
  public Optional<byte[]> log(String function) throws IOException {
    Fleet fleet = fleets.get(function);
    return fleet == null ? Optional.empty() : Optional.of(fleet.log().content());
  }

  @Override
  public void close() {
    retirement.shutdownNow();
    environments.keySet().forEach(environment -> environment.end(new Outcome.Crashed("closed")));
    listener.close();
  }
}
