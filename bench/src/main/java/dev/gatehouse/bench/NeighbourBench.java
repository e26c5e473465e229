package dev.gatehouse.bench;

import static dev.gatehouse.bench.Figures.millis;
import static dev.gatehouse.bench.Figures.percentile;
import static dev.gatehouse.bench.Figures.print;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a healthy service's clients see of another service's outage: GETs to the healthy one in turn
 * with GETs to another, which works, refuses connections, never answers, and works again, through
 * one process of the proxy. Circuits are on as they are by default, closed when an outage begins; a
 * call of the silent service may take 1 s, so that the five that open its circuit are soon over.
 *
 * <p>An environment of Lambda serves one request at a time: whoever waits for a service that is
 * down keeps an environment, not another client, so the healthy requests alone are timed. How many
 * environments an outage keeps is what the circuit decides.
 *
 * <p>Run like {@link ProxyBench}, all on one CPU, Redis included:
 *
 * <pre>
 * for redis in $(pgrep redis-server); do taskset -acp 0 $redis; done
 * taskset -c 0 java --enable-native-access=ALL-UNNAMED \
 *     -cp bench/target/classes:$(cat bench/target/classpath) \
 *     dev.gatehouse.bench.NeighbourBench PID
 * </pre>
 *
 * <p>Warm figures, those of a third of the pairs after as many, once C2 has ended with the first
 * service; times are through a lean Runtime API over one connection ({@link LeanRuntimeApi}).
 */
public final class NeighbourBench {
  private static final String ANSWERED = "\"statusCode\":200";
  private static final String DOWN = "\"statusCode\":50";
  private static final int WARM_UP = 60_000;
  private static final int PAIRS = 20_000;

  private final FunctionProcess proxy;
  private final String token;

  private NeighbourBench(FunctionProcess proxy, String token) {
    this.proxy = proxy;
    this.token = token;
  }

  /**
   * Measures and prints.
   *
   * @param args the process of a local run's proxy
   */
  public static void main(String... args) throws IOException, JOSEException {
    if (args.length != 1) {
      throw new IllegalArgumentException(args.length + " arguments (expected: a process)");
    }
    try (Issuer issuer = Issuer.start();
        LoopbackService items = LoopbackService.start("application/json", "{}".getBytes(UTF_8));
        ServerSocket silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        FunctionProcess proxy =
            FunctionProcess.start(
                contender(items, refusing(), "127.0.0.1:" + silent.getLocalPort()),
                Borrowed.of(args),
                SnapStart.PUBLISHED_VERSIONS)) {
      new NeighbourBench(proxy, issuer.token("user-1")).compare();
    }
    System.exit(0);
  }

  /** A port of nobody. */
  private static String refusing() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** Circuits are shared through Redis: names of this process alone begin closed. */
  private static Contender contender(LoopbackService items, String refusing, String silent) {
    String gateway =
        """
        name: bench
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "http://127.0.0.1:9/", audiences: [api], algorithms: [RS256]}
        limits: {user: {by: user, rate: 1000000/s}}
        services:
          items: {url: "%1$s"}
          others: {url: "%1$s"}
          refusing-%4$d: {url: "http://%2$s"}
          silent-%4$d: {url: "http://%3$s", timeout: {request: 1s}}
        routes:
          - {match: GET /items/*, to: items, allow: jwt, limits: [user]}
          - {match: GET /others/*, to: others, allow: jwt, limits: [user]}
          - {match: GET /refusing/*, to: refusing-%4$d, allow: jwt, limits: [user]}
          - {match: GET /silent/*, to: silent-%4$d, allow: jwt, limits: [user]}
        """
            .formatted(items.url(), refusing, silent, ProcessHandle.current().pid());
    return Contender.ours("proxy-fn", "dev.gatehouse.proxy.ProxyHandler", 1769, gateway);
  }

  private void compare() throws IOException {
    byte[] healthy = Events.get("/items/1", token);
    Figures.of(proxy, healthy, ANSWERED, WARM_UP, 1);
    Seen working = inTurn(healthy, "/others/1", ANSWERED);
    working.tell("in turn with one that works", working);
    inTurn(healthy, "/refusing/1", DOWN).tell("in turn with refusals", working);
    inTurn(healthy, "/silent/1", DOWN).tell("in turn with silence", working);
    inTurn(healthy, "/others/1", ANSWERED).tell("works again", working);
  }

  private Seen inTurn(byte[] healthy, String path, String expected) throws IOException {
    byte[] other = Events.get(path, token);
    List<Long> nanos = new ArrayList<>();
    List<Long> others = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      others.add(proxy.answer(other, expected));
      nanos.add(proxy.answer(healthy, ANSWERED));
    }
    return Seen.of(nanos.subList(PAIRS * 2 / 3, PAIRS), others);
  }

  /**
   * Times of the healthy service's answers, and the longest of the other's.
   *
   * @param p50 nanoseconds, as all
   */
  private record Seen(long p50, long p99, long otherP50, long otherMost) {
    static Seen of(List<Long> nanos, List<Long> others) {
      return new Seen(
          percentile(nanos, 50),
          percentile(nanos, 99),
          percentile(others, 50),
          others.stream().mapToLong(Long::longValue).max().orElse(0));
    }

    void tell(String what, Seen working) {
      print(
          what,
          String.format(
              Locale.ROOT,
              "p50 %s (%.2f), p99 %s (%.2f); the other p50 %s, at most %s",
              millis(p50),
              (double) p50 / working.p50,
              millis(p99),
              (double) p99 / working.p99,
              millis(otherP50),
              millis(otherMost)));
    }
  }
}
