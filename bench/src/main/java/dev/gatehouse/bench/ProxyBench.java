package dev.gatehouse.bench;

import static dev.gatehouse.bench.Figures.print;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The proxy in its Lambda process, from the archive that would be deployed, and beside it in the
 * same run what the same requests cost others: a handler that does nothing ({@link EmptyHandler}),
 * one that does the least over raw sockets ({@link FloorHandler}), and Spring Cloud Gateway Server
 * MVC, if it is built: {@code ./mvnw -q -Ppeers -pl bench/spring-cloud-gateway package}.
 *
 * <p>Of each: start without a snapshot, restore to first answer, warm authenticated GETs with a
 * limit to a service on loopback, CPU and memory. The floor and the peer verify the client's token;
 * the proxy goes by what the authorizer made of it, whose part {@link AuthorizerBench} measures.
 * Nothing here takes a real snapshot: a restored process is one that passed its checkpoint.
 *
 * <p>Run from the project's folder, with the process of a local run's proxy, whose stores all of
 * them use ({@code ./gatehouse local --port 8790}, then {@code pgrep -f ProxyHandler}):
 *
 * <pre>
 * for redis in $(pgrep redis-server); do taskset -acp 0 $redis; done
 * taskset -c 0 java --enable-native-access=ALL-UNNAMED [-Daot=true] \
 *     -cp bench/target/classes:$(cat bench/target/classpath) \
 *     dev.gatehouse.bench.ProxyBench PID [requests]
 * </pre>
 *
 * <p>Warm figures are those of a third of the requests (60000 unless given: C2 has ended by then)
 * after as many. For them all share one CPU ({@code -c 0}): the function, the bench with its
 * service, and the local run's Redis, which the first line puts there; for starts two ({@code -c
 * 0,1}). Times are through a lean Runtime API over one connection ({@link LeanRuntimeApi}), whose
 * share the empty handler shows. With {@code -Daot=true} also a start from an AOT cache ({@link
 * AotTraining}).
 */
public final class ProxyBench implements AutoCloseable {
  private static final String ANSWERED = "\"statusCode\":200";
  private static final int WARM_UP = 60_000;
  private static final byte[] BODY = "{\"id\":\"1\",\"name\":\"item\"}".getBytes(UTF_8);

  private final Borrowed borrowed;
  private final int warmUp;
  private final Workbench workbench;
  private final Issuer issuer;
  private final LoopbackService service;
  private final String token;

  private ProxyBench(Borrowed borrowed, int warmUp) throws IOException, JOSEException {
    this.borrowed = borrowed;
    this.warmUp = warmUp;
    workbench = Workbench.open();
    issuer = Issuer.start();
    service = LoopbackService.start("application/json", BODY);
    token = issuer.token("user-1");
  }

  /**
   * Measures and prints.
   *
   * @param args the process of a local run's proxy, the number of requests to warm up with
   */
  public static void main(String... args) throws IOException, InterruptedException, JOSEException {
    if (args.length == 0) {
      throw new IllegalArgumentException("nothing (expected: the process of a local run's proxy)");
    }
    int warmUp = args.length == 1 ? WARM_UP : Integer.parseInt(args[1]);
    try (ProxyBench bench = new ProxyBench(Borrowed.of(args), warmUp)) {
      bench.compare();
      bench.elsewhere();
      if (AotTraining.isAskedFor()) {
        AotTraining.of(
                bench.proxy(), bench.borrowed, bench.event("/items/1"), ANSWERED, bench.workbench)
            .tell(bench.borrowed, bench.event("/items/1"), ANSWERED);
      }
    }
    System.exit(0);
  }

  private void compare() throws IOException, InterruptedException, JOSEException {
    BorrowedRedis redis = BorrowedRedis.of(borrowed);
    Measured proxy = measured(proxy());
    proxy.printRatioTo(measured(empty()));
    proxy.printRatioTo(measured(floor(redis)));
    Contender peer = springCloudGateway(redis);
    if (peer.isBuilt()) {
      proxy.printRatioTo(measured(peer));
    } else {
      print(peer.name(), "not built: ./mvnw -q -Ppeers -pl bench/spring-cloud-gateway package");
    }
  }

  private Measured measured(Contender function) throws IOException {
    return Measured.of(function, borrowed, event("/items/1"), ANSWERED, warmUp);
  }

  /** What else the proxy answers. */
  private void elsewhere() throws IOException {
    try (FunctionProcess proxy =
        FunctionProcess.start(proxy(), borrowed, SnapStart.PUBLISHED_VERSIONS)) {
      print("GET from the cache", figures(proxy, "/kept/1"));
      print("answer without Redis or service", figures(proxy, "/healthz"));
    }
  }

  private String figures(FunctionProcess proxy, String path) throws IOException {
    return Figures.of(proxy, event(path), ANSWERED, warmUp / 4, warmUp / 3).toString();
  }

  private byte[] event(String path) {
    return Events.get(path, token);
  }

  private Contender proxy() {
    String gateway =
        """
        name: bench
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "http://127.0.0.1:9/", audiences: [api], algorithms: [RS256]}
        limits: {user: {by: user, rate: 1000000/s}}
        services: {items: {url: "%s"}}
        routes:
          - {match: GET /items/*, to: items, allow: jwt, limits: [user]}
          - {match: GET /kept/*, to: items, allow: jwt, limits: [user], cache: {ttl: 1h}}
        """
            .formatted(service.url());
    return Contender.ours("proxy-fn", "dev.gatehouse.proxy.ProxyHandler", 1769, gateway);
  }

  private Contender empty() throws IOException {
    return Contender.other(
        "empty handler",
        workbench.archive(EmptyHandler.class),
        EmptyHandler.class.getName(),
        Map.of());
  }

  private Contender floor(BorrowedRedis redis) throws IOException, JOSEException {
    return Contender.other(
        "raw floor",
        workbench.archive(
            FloorHandler.class, FloorToken.class, FloorRedis.class, FloorService.class),
        FloorHandler.class.getName(),
        Map.of(
            "FLOOR_KEY", issuer.publicKey(),
            "FLOOR_REDIS", redis.host() + ":" + redis.port(),
            "FLOOR_REDIS_USER", redis.username(),
            "FLOOR_REDIS_PASSWORD", redis.password(),
            "FLOOR_SERVICE", service.address()));
  }

  private Contender springCloudGateway(BorrowedRedis redis) {
    return Contender.other(
        "Spring Cloud Gateway MVC",
        Path.of("bench/spring-cloud-gateway/target/spring-cloud-gateway-peer-lambda.zip")
            .toAbsolutePath(),
        "dev.gatehouse.peer.PeerHandler",
        Map.of(
            "PEER_ISSUER", Issuer.NAME,
            "PEER_KEYS", issuer.keys(),
            "PEER_REDIS_HOST", redis.host(),
            "PEER_REDIS_PORT", redis.port(),
            "PEER_REDIS_USER", redis.username(),
            "PEER_REDIS_PASSWORD", redis.password(),
            "PEER_SERVICE", service.url()));
  }

  @Override
  public void close() {
    service.close();
    issuer.close();
    workbench.close();
  }
}
