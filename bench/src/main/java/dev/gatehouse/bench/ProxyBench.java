package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;

/**
 * The proxy in its Lambda process, from the archive that would be deployed: start without a
 * snapshot, restore to first answer, warm authenticated GETs with a limit to a service on loopback,
 * the same from the response cache, an answer that needs neither Redis nor a service for the floor,
 * CPU and memory.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.ProxyBench PID}, with the process of a local run's
 * proxy, whose stores it uses; with {@code taskset -c 0} in front, function and service share one
 * CPU. Times include the way through the Runtime API on loopback, twice.
 */
public final class ProxyBench {
  private static final int WARM_UP = 30_000;
  private static final int MEASURED = 10_000;
  private static final byte[] BODY = "{\"id\":\"1\",\"name\":\"item\"}".getBytes(UTF_8);

  private final Borrowed borrowed;
  private final HttpServer service;

  private ProxyBench(Borrowed borrowed) throws IOException {
    this.borrowed = borrowed;
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newSingleThreadExecutor());
    service.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, BODY.length);
          exchange.getResponseBody().write(BODY);
          exchange.close();
        });
    service.start();
  }

  /**
   * Measures and prints.
   *
   * @param args the process of a local run's proxy
   */
  public static void main(String... args) throws IOException, InterruptedException {
    ProxyBench bench = new ProxyBench(Borrowed.of(args));
    try {
      bench.cold();
      bench.restoredAndWarm();
    } finally {
      bench.service.stop(0);
    }
    System.exit(0);
  }

  private void cold() throws IOException, InterruptedException {
    try (FunctionProcess proxy = start(SnapStart.NONE)) {
      print("start without a snapshot", proxy.initMillis() + " ms");
      print("  and its first answer", millis(answer(proxy, "/items/1")));
    }
  }

  private void restoredAndWarm() throws IOException, InterruptedException {
    try (FunctionProcess proxy = start(SnapStart.PUBLISHED_VERSIONS)) {
      print("restore to first answer", millis(answer(proxy, "/items/1")));
      measure(proxy, "GET with a limit", "/items/1", WARM_UP);
      print("memory", proxy.resident() + " MB (resident)");
      measure(proxy, "GET from the cache", "/kept/1", WARM_UP / 4);
      measure(proxy, "floor: /healthz", "/healthz", WARM_UP / 4);
    }
  }

  private static void measure(FunctionProcess proxy, String what, String path, int warmUp)
      throws IOException {
    for (int i = 0; i < warmUp; i++) {
      answer(proxy, path);
    }
    List<Long> nanos = new ArrayList<>();
    Duration before = proxy.cpu();
    for (int i = 0; i < MEASURED; i++) {
      nanos.add(answer(proxy, path));
    }
    Duration spent = proxy.cpu().minus(before);
    nanos.sort(null);
    print(
        what,
        String.format(
            Locale.ROOT,
            "p50 %s, p99 %s, %d us of CPU",
            millis(nanos.get(MEASURED / 2)),
            millis(nanos.get(MEASURED * 99 / 100)),
            spent.toNanos() / 1_000 / MEASURED));
  }

  private static long answer(FunctionProcess proxy, String path) throws IOException {
    return proxy.answer(event(path), "\"statusCode\":200");
  }

  private FunctionProcess start(SnapStart snapStart) throws IOException, InterruptedException {
    String gateway =
        """
        name: bench
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "http://127.0.0.1:9/", audiences: [api], algorithms: [RS256]}
        limits: {user: {by: user, rate: 1000000/s}}
        services: {items: {url: "http://127.0.0.1:%d"}}
        routes:
          - {match: GET /items/*, to: items, allow: jwt, limits: [user]}
          - {match: GET /kept/*, to: items, allow: jwt, limits: [user], cache: {ttl: 1h}}
        """
            .formatted(service.getAddress().getPort());
    return FunctionProcess.start(
        "proxy-fn", "dev.gatehouse.proxy.ProxyHandler", 1769, gateway, borrowed, snapStart);
  }

  private static byte[] event(String path) {
    return """
        {"httpMethod":"GET","path":"%s","resource":"%1$s","multiValueQueryStringParameters":null,
         "multiValueHeaders":{"Accept":["application/json"],"Host":["api.example.com"],"User-Agent":["bench"]},
         "requestContext":{"requestId":"r","stage":"live","domainName":"api.example.com",
           "identity":{"sourceIp":"192.0.2.1"},
           "authorizer":{"kind":"jwt","issuer":"https://idp.example","subject":"user-1","roles":"","scopes":"",
             "issuedAt":"%2$d","expiresAt":"%3$d"}},
         "isBase64Encoded":false,"body":null}
        """
        .formatted(
            path,
            System.currentTimeMillis() / 1_000 - 10,
            System.currentTimeMillis() / 1_000 + 3_600)
        .getBytes(UTF_8);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static void print(String what, String figure) {
    System.out.printf(Locale.ROOT, "%-32s %s%n", what, figure);
  }
}
