package dev.gatehouse.localstack.store;

import dev.gatehouse.localstack.machine.Ports;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis server with what ElastiCache Serverless insists on: TLS only, the cluster protocol
 * (one node, all 16,384 slots), and users with a password. Nothing is written to disk: after {@link
 * State#DOWN} it comes up empty.
 */
public final class RedisServer implements AutoCloseable {
  /** A node writes only 2 s after its start (CLUSTER_WRITABLE_DELAY in Redis's cluster.c). */
  private static final Duration READY = Duration.ofSeconds(10);

  private static final int SLOTS = 16_384;

  /**
   * Redis 6.2 counts all of CLUSTER and CLIENT among the dangerous commands; Valkey 8 only those
   * parts that change something for others.
   */
  private static final List<String> NOT_DANGEROUS =
      List.of(
          "+cluster|slots",
          "+cluster|shards",
          "+cluster|nodes",
          "+cluster|info",
          "+cluster|myid",
          "+cluster|keyslot",
          "+client|id",
          "+client|getname",
          "+client|setname",
          "+client|setinfo");

  private static final String OPERATOR = "gatehouse-run";

  private final Path folder;
  private final Warden warden;
  private final SSLContext tls;
  private final Path executable;
  private final int port;
  private final String operatorPassword;
  private final Map<String, List<String>> users = new LinkedHashMap<>();
  private @Nullable Process process;
  private boolean paused;

  /** What an operator can do to a run's Redis. */
  public enum State {
    UP,
    DOWN,
    PAUSED,
    FLUSH,
    SCRIPT_FLUSH;

    /** The state's name in the control API, such as {@code script-flush}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private RedisServer(
      Path folder, Warden warden, CertificateAuthority authority, String operatorPassword)
      throws IOException {
    this.folder = folder;
    this.warden = warden;
    this.tls = authority.trusting();
    this.operatorPassword = operatorPassword;
    this.executable = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
    this.port = Ports.freeWith(10_000); // the cluster bus listens 10,000 above the port
    authority.writeServer(folder, "redis");
    authority.write(folder.resolve("ca.crt"));
  }

  /** A server that is up and ready; it has no user but the operator. */
  public static RedisServer start(
      RunFolder run, Warden warden, CertificateAuthority authority, String operatorPassword)
      throws IOException, InterruptedException {
    RedisServer server = new RedisServer(run.folder("redis"), warden, authority, operatorPassword);
    server.up();
    return server;
  }

  public int port() {
    return port;
  }

  /** {@code host:port}. */
  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  /**
   * Lets a user in, now and after every restart.
   *
   * @param passwords any of which opens; none: no password is asked
   * @param access rules as in ElastiCache's access string: {@code on ~* +@all}
   */
  public synchronized void admit(String user, List<String> passwords, String access)
      throws IOException {
    Stream<String> keys =
        passwords.isEmpty()
            ? Stream.of("nopass")
            : passwords.stream().map(password -> ">" + password);
    Stream<String> rules = Stream.of(access.split(" +", -1)).filter(rule -> !rule.isEmpty());
    Stream<String> newer = access.contains("-@dangerous") ? NOT_DANGEROUS.stream() : Stream.of();
    users.put(
        user, Stream.of(Stream.of("reset"), keys, rules, newer).flatMap(words -> words).toList());
    if (process != null && !paused) {
      try (RedisConsole console = console()) {
        admit(console, user);
      }
    }
  }

  /** One password of each user that has any, by the user's name. */
  public synchronized Map<String, String> passwords() {
    Map<String, String> passwords = new LinkedHashMap<>();
    users.forEach(
        (user, rules) ->
            rules.stream()
                .filter(rule -> rule.startsWith(">"))
                .findFirst()
                .ifPresent(rule -> passwords.put(user, rule.substring(1))));
    return passwords;
  }

  /** Brings the server into a state and returns when it is there. */
  public synchronized void enter(State state) throws IOException, InterruptedException {
    switch (state) {
      case UP -> up();
      case DOWN -> down();
      case PAUSED -> {
        up();
        signal("STOP");
        paused = true;
      }
      case FLUSH -> run("FLUSHALL");
      case SCRIPT_FLUSH -> run("SCRIPT", "FLUSH");
    }
  }

  /** A connection with every right. */
  public RedisConsole console() throws IOException {
    return RedisConsole.open(port, tls, OPERATOR, operatorPassword);
  }

  @Override
  public synchronized void close() {
    down();
  }

  private void run(String... words) throws IOException, InterruptedException {
    up();
    try (RedisConsole console = console()) {
      console.run(words);
    }
  }

  private synchronized void up() throws IOException, InterruptedException {
    if (paused) {
      signal("CONT");
      paused = false;
    }
    if (process != null && process.isAlive()) {
      return;
    }
    Files.deleteIfExists(folder.resolve("nodes.conf"));
    Path configuration = folder.resolve("redis.conf");
    Files.write(configuration, configuration());
    ProcessBuilder server = new ProcessBuilder(executable.toString(), configuration.toString());
    server.redirectErrorStream(true);
    server.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    process = warden.start(server);
    awaitReady();
  }

  private List<String> configuration() {
    return List.of(
        "bind 127.0.0.1",
        "port 0",
        "tls-port " + port,
        "tls-cluster yes",
        "tls-auth-clients no",
        "tls-cert-file " + folder.resolve("redis.crt"),
        "tls-key-file " + folder.resolve("redis.key"),
        "tls-ca-cert-file " + folder.resolve("ca.crt"),
        "cluster-enabled yes",
        "cluster-config-file nodes.conf",
        "cluster-announce-ip 127.0.0.1",
        "save \"\"",
        "appendonly no",
        "dir " + folder,
        "logfile redis.log",
        "user default off",
        "user " + OPERATOR + " on >" + operatorPassword + " ~* &* +@all");
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    boolean slots = false;
    while (true) {
      try (RedisConsole console = console()) {
        if (!slots) {
          console.run(addSlots());
          slots = true;
          for (String user : users.keySet()) {
            admit(console, user);
          }
        }
        if (console.run("CLUSTER", "INFO").contains("cluster_state:ok")) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline || process == null || !process.isAlive()) {
          throw new IOException("Redis did not come up: " + log(), e);
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static String[] addSlots() {
    return Stream.concat(
            Stream.of("CLUSTER", "ADDSLOTS"), IntStream.range(0, SLOTS).mapToObj(Integer::toString))
        .toArray(String[]::new);
  }

  private void admit(RedisConsole console, String user) throws IOException {
    List<String> rules = users.getOrDefault(user, List.of());
    console.run(
        Stream.concat(Stream.of("ACL", "SETUSER", user), rules.stream()).toArray(String[]::new));
  }

  private void down() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
      process = null;
    }
    paused = false;
  }

  /** A stopped process keeps its connections and answers nothing: a network that swallows. */
  private void signal(String name) throws IOException, InterruptedException {
    if (process == null) {
      return;
    }
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + ": " + kill.exitValue() + " (expected: 0)");
    }
  }

  private String log() throws IOException {
    Path log = folder.resolve("redis.log");
    return Files.exists(log) ? Files.readString(log) : "no log";
  }
}
