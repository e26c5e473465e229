package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.localstack.lambda.FunctionDefinition;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.lambda.HostSettings;
import dev.gatehouse.localstack.lambda.LambdaHost;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The authorizer in its Lambda process, from the archive that would be deployed: start without a
 * snapshot, restore to first answer, warm answers to tokens that differ, CPU and memory.
 *
 * <p>Redis and its secret are those of a local run, whose authorizer's variables this process takes
 * over: {@code REDIS_ENDPOINT}, {@code REDIS_SECRET}, {@code AWS_ENDPOINT_URL_SECRETS_MANAGER} and,
 * as {@code TRUST_STORE}, its {@code javax.net.ssl.trustStore} options, parted by spaces. Without
 * them the first answers pay for attempts to reach nobody.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.AuthorizerBench}. Times include the way through the
 * Runtime API on loopback, twice.
 */
public final class AuthorizerBench {
  private static final String ARN =
      "arn:aws:lambda:eu-central-1:000000000000:function:authorizer:live";
  private static final String ISSUER = "https://idp.example";
  private static final int WARM_UP = 2_000;
  private static final int MEASURED = 2_000;

  private final RSAKey key;
  private final HttpServer issuer;

  private AuthorizerBench() throws JOSEException, IOException {
    key = new RSAKeyGenerator(2048).keyID("k").generate();
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] set = ("{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}").getBytes(UTF_8);
    issuer.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
          exchange.sendResponseHeaders(200, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    issuer.start();
  }

  /** Measures and prints. */
  public static void main(String... args) throws JOSEException, IOException, InterruptedException {
    AuthorizerBench bench = new AuthorizerBench();
    try {
      bench.cold();
      bench.restoredAndWarm();
    } finally {
      bench.issuer.stop(0);
    }
  }

  private void cold() throws IOException, InterruptedException, JOSEException {
    List<String> events = events(1);
    try (World world = world(SnapStart.NONE)) {
      world.host().prewarm(Set.of(ARN));
      print("start without a snapshot", world.host().functions().getFirst().initMillis() + " ms");
      print("  and its first answer", millis(world.answer(events.getFirst())));
    }
  }

  private void restoredAndWarm() throws IOException, InterruptedException, JOSEException {
    List<String> events = events(1 + WARM_UP + MEASURED);
    try (World world = world(SnapStart.PUBLISHED_VERSIONS)) {
      world.host().prewarm(Set.of(ARN));
      print("restore to first answer", millis(world.answer(events.getFirst())));
      for (String event : events.subList(1, 1 + WARM_UP)) {
        world.answer(event);
      }
      List<Long> nanos = new ArrayList<>();
      Duration before = world.cpu();
      for (String event : events.subList(1 + WARM_UP, events.size())) {
        nanos.add(world.answer(event));
      }
      Duration spent = world.cpu().minus(before);
      nanos.sort(null);
      print("warm, p50", millis(nanos.get(MEASURED / 2)));
      print("warm, p99", millis(nanos.get(MEASURED * 99 / 100)));
      print("warm, CPU a request", spent.toNanos() / 1_000 / MEASURED + " us");
      print("memory", world.resident() / 1_024 + " MB (resident)");
    }
  }

  /** A host with the authorizer. */
  private record World(RunFolder folder, Warden warden, LambdaHost host) implements AutoCloseable {
    long answer(String event) throws IOException {
      long sent = System.nanoTime();
      Outcome outcome = host.invoke(ARN, event.getBytes(UTF_8), "Root=1-0-0");
      long took = System.nanoTime() - sent;
      if (outcome instanceof Outcome.Answered(byte[] policy)
          && new String(policy, UTF_8).contains("\"Allow\"")) {
        return took;
      }
      String log = new String(host.log("authorizer").orElse(new byte[0]), UTF_8);
      throw new IOException(outcome + " (expected: an Allow)\n" + log);
    }

    Duration cpu() {
      return process().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Kilobytes, from Linux's /proc. */
    long resident() throws IOException {
      return Files.readAllLines(Path.of("/proc", Long.toString(process().pid()), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }

    private static ProcessHandle process() {
      return ProcessHandle.current()
          .descendants()
          .filter(child -> child.info().commandLine().orElse("").contains("AuthorizerHandler"))
          .max((a, b) -> Long.compare(a.pid(), b.pid()))
          .orElseThrow();
    }

    @Override
    public void close() throws IOException {
      host.close();
      warden.close();
    }
  }

  private World world(SnapStart snapStart) throws IOException {
    RunFolder folder = RunFolder.create();
    Warden warden = Warden.over(folder.path());
    HostSettings settings =
        HostSettings.of(
            Path.of("localstack/target/ric").toAbsolutePath(),
            folder,
            warden,
            Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                    ours("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")),
            Stream.of(ours("TRUST_STORE", "").split(" ", -1)).filter(o -> !o.isEmpty()).toList(),
            1);
    FunctionDefinition authorizer =
        new FunctionDefinition(
            "authorizer",
            "1",
            Path.of("authorizer-fn/target/authorizer-fn-lambda.zip").toAbsolutePath(),
            List.of(layer(folder)),
            "dev.gatehouse.authorizer.AuthorizerHandler",
            1024,
            Duration.ofSeconds(10),
            Map.of(
                "REDIS_ENDPOINT",
                ours("REDIS_ENDPOINT", "127.0.0.1:9"),
                "REDIS_SECRET",
                ours("REDIS_SECRET", "none"),
                "POWERTOOLS_SERVICE_NAME",
                "authorizer",
                "POWERTOOLS_METRICS_NAMESPACE",
                "Gatehouse"),
            snapStart,
            OptionalInt.empty());
    return new World(
        folder, warden, LambdaHost.of(settings, List.of(authorizer), InstantSource.system()));
  }

  private static String ours(String variable, String otherwise) {
    return System.getenv().getOrDefault(variable, otherwise);
  }

  private Path layer(RunFolder folder) throws IOException {
    Path layer = folder.folder("layer");
    Path jars = Files.createDirectories(layer.resolve("java/lib"));
    String gateway =
        """
        name: bench
        identity:
          issuers:
            - {name: main, issuer: "%s", jwks: "http://127.0.0.1:%d/", audiences: [api], algorithms: [RS256]}
        services: {s: {url: "http://127.0.0.1:9"}}
        routes: [{match: ANY /**, to: s, allow: jwt}]
        """
            .formatted(ISSUER, issuer.getAddress().getPort());
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(jars.resolve("gateway.jar")))) {
      jar.putNextEntry(new ZipEntry("gateway.yaml"));
      jar.write(gateway.getBytes(UTF_8));
    }
    return layer;
  }

  private List<String> events(int count) throws JOSEException {
    RSASSASigner signer = new RSASSASigner(key);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JWSObject jws =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(),
              new Payload(claims("user-" + i)));
      jws.sign(signer);
      events.add(event(jws.serialize()));
    }
    return events;
  }

  private static String claims(String subject) {
    long now = System.currentTimeMillis() / 1_000;
    return String.format(
        Locale.ROOT,
        "{\"iss\":\"%s\",\"aud\":\"api\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}",
        ISSUER,
        subject,
        now,
        now + 3_600);
  }

  private static String event(String token) {
    return """
        {"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-central-1:000000000000:api/live/GET/x",
         "resource":"/{proxy+}","path":"/x","httpMethod":"GET",
         "headers":{"Authorization":"Bearer %1$s"},"multiValueHeaders":{"Authorization":["Bearer %1$s"]},
         "requestContext":{"stage":"live","requestId":"r","identity":{"sourceIp":"192.0.2.1"}}}
        """
        .formatted(token);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static void print(String what, String figure) {
    System.out.printf(Locale.ROOT, "%-32s %s%n", what, figure);
  }
}
