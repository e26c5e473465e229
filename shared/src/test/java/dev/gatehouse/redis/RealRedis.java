package dev.gatehouse.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real Redis server, a process of its own on loopback, with the faults that a server can have.
 *
 * <p>It keeps nothing on disk, so a restart finds it empty. It ends with {@link #close()}, and with
 * the JVM at the latest.
 */
public final class RealRedis implements AutoCloseable {
  private static final RedisLogin LOGIN = new RedisLogin("gatehouse", "correct horse");
  private static final int SLOTS = 16384;
  private static final int BUS_OFFSET = 10_000;

  private final Set<Trait> traits;
  private final Path folder;
  private final int port;
  private final int tlsPort;
  private RedisProcess process;

  /** What a server may be, beside plain. */
  public enum Trait {
    /** TLS with {@link #trust()}'s certificate, for {@code localhost} and 127.0.0.1. */
    TLS,
    /** A cluster of one node that has all slots. */
    CLUSTER,
    /** A node of a {@link RealCluster}: it has the slots that it is given. */
    NODE,
    /** Only {@link #login()} may enter. */
    LOGIN
  }

  private RealRedis(Set<Trait> traits) throws IOException {
    this.traits = traits;
    this.folder = Files.createTempDirectory("redis");
    this.port = Ports.free(65_535 - BUS_OFFSET);
    this.tlsPort = traits.contains(Trait.TLS) ? Ports.free(65_535 - BUS_OFFSET) : 0;
    this.process = launch();
  }

  public static RealRedis start(Trait... traits) {
    try {
      EnumSet<Trait> set = EnumSet.noneOf(Trait.class);
      set.addAll(Arrays.asList(traits));
      return new RealRedis(set);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect. */
  public RedisAddress address() {
    boolean tls = traits.contains(Trait.TLS);
    return new RedisAddress("127.0.0.1", tls ? tlsPort : port, tls, RedisAddress.Topology.ENDPOINT);
  }

  /** The same endpoint, to be opened as a cluster. */
  public RedisAddress clusterAddress() {
    RedisAddress at = address();
    return new RedisAddress(at.host(), at.port(), at.tls(), RedisAddress.Topology.CLUSTER);
  }

  public RedisLogin login() {
    return traits.contains(Trait.LOGIN) ? LOGIN : new RedisLogin("default", "");
  }

  /** The server's certificate. */
  public KeyStore trust() {
    return LoopbackCertificate.get().trust();
  }

  /** A command's reply as text; a list's elements stand one per line. */
  public String command(String... words) {
    try (Resp resp = Resp.connect(port)) {
      if (traits.contains(Trait.LOGIN)) {
        resp.call("AUTH", LOGIN.username(), LOGIN.password());
      }
      return resp.call(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often this command was executed since the server started, as its own statistics say. */
  public long executed(String command) {
    Matcher found =
        Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
            .matcher(command("INFO", "commandstats"));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  /** The server forgets every script. */
  public void flushScripts() {
    command("SCRIPT", "FLUSH");
  }

  /** Every client's connection is cut. */
  public void killClients() {
    command("CLIENT", "KILL", "TYPE", "normal");
  }

  /** Ends the server at once (SIGKILL). */
  public void kill() {
    process.kill();
  }

  /** Starts a killed server again, empty, on the same ports. */
  public void restart() {
    process = launch();
  }

  /** Suspends the server (SIGSTOP): connections live, nothing is answered. */
  public void pause() {
    process.signal("STOP");
  }

  public void resume() {
    process.signal("CONT");
  }

  @Override
  public void close() {
    process.kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RedisProcess launch() {
    RedisProcess launched = RedisProcess.launch(folder, arguments());
    Polling.until(Duration.ofSeconds(10), "Redis answers", () -> launched.alive() && answers());
    if (traits.contains(Trait.CLUSTER)) {
      formCluster();
    }
    return launched;
  }

  private boolean answers() {
    try {
      return command("PING").equals("PONG");
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private void formCluster() {
    if (command("CLUSTER", "INFO").contains("cluster_slots_assigned:0")) {
      List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      for (int slot = 0; slot < SLOTS; slot++) {
        words.add(Integer.toString(slot));
      }
      command(words.toArray(String[]::new));
    }
    Polling.until(
        Duration.ofSeconds(10),
        "the cluster is up",
        () -> command("CLUSTER", "INFO").contains("cluster_state:ok"));
  }

  private List<String> arguments() {
    List<String> all = new ArrayList<>(List.of("--bind", "127.0.0.1", "--save", ""));
    all.addAll(List.of("--port", Integer.toString(port), "--dir", folder.toString()));
    if (traits.contains(Trait.TLS)) {
      LoopbackCertificate certificate = LoopbackCertificate.get();
      all.addAll(List.of("--tls-port", Integer.toString(tlsPort), "--tls-auth-clients", "no"));
      all.addAll(List.of("--tls-cert-file", certificate.certificateFile().toString()));
      all.addAll(List.of("--tls-key-file", certificate.keyFile().toString()));
      all.addAll(List.of("--tls-ca-cert-file", certificate.certificateFile().toString()));
    }
    if (traits.contains(Trait.CLUSTER) || traits.contains(Trait.NODE)) {
      all.addAll(List.of("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"));
      all.addAll(List.of("--tls-cluster", traits.contains(Trait.TLS) ? "yes" : "no"));
    }
    if (traits.contains(Trait.LOGIN)) {
      all.addAll(List.of("--user", "default", "off"));
      all.addAll(
          List.of("--user", LOGIN.username(), "on", "~*", "&*", "+@all", ">" + LOGIN.password()));
    }
    return all;
  }
}
