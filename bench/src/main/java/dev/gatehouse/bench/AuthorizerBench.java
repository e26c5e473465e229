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
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The authorizer in its Lambda process, from the archive that would be deployed: start without a
 * snapshot, restore to first answer, warm answers to tokens that differ, CPU and memory.
 *
 * <p>Run from the project's folder: {@code java -cp bench/target/classes:$(cat
 * bench/target/classpath) dev.gatehouse.bench.AuthorizerBench [PID]}, with the process of a local
 * run's authorizer, whose Redis it uses. Times include the way through the Runtime API on loopback,
 * twice.
 */
public final class AuthorizerBench {
  private static final String ISSUER = "https://idp.example";
  private static final int WARM_UP = 2_000;
  private static final int MEASURED = 2_000;

  private final RSAKey key;
  private final HttpServer issuer;
  private final Borrowed borrowed;

  private AuthorizerBench(Borrowed borrowed) throws JOSEException, IOException {
    this.borrowed = borrowed;
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

  /**
   * Measures and prints.
   *
   * @param args the process of a local run's authorizer
   */
  public static void main(String... args) throws JOSEException, IOException, InterruptedException {
    AuthorizerBench bench = new AuthorizerBench(Borrowed.of(args));
    try {
      bench.cold();
      bench.restoredAndWarm();
    } finally {
      bench.issuer.stop(0);
    }
  }

  private void cold() throws IOException, InterruptedException, JOSEException {
    String event = events(1).getFirst();
    try (FunctionProcess authorizer = start(SnapStart.NONE)) {
      print("start without a snapshot", authorizer.initMillis() + " ms");
      print("  and its first answer", millis(answer(authorizer, event)));
    }
  }

  private void restoredAndWarm() throws IOException, InterruptedException, JOSEException {
    List<String> events = events(1 + WARM_UP + MEASURED);
    try (FunctionProcess authorizer = start(SnapStart.PUBLISHED_VERSIONS)) {
      print("restore to first answer", millis(answer(authorizer, events.getFirst())));
      for (String event : events.subList(1, 1 + WARM_UP)) {
        answer(authorizer, event);
      }
      List<Long> nanos = new ArrayList<>();
      Duration before = authorizer.cpu();
      for (String event : events.subList(1 + WARM_UP, events.size())) {
        nanos.add(answer(authorizer, event));
      }
      Duration spent = authorizer.cpu().minus(before);
      nanos.sort(null);
      print("warm, p50", millis(nanos.get(MEASURED / 2)));
      print("warm, p99", millis(nanos.get(MEASURED * 99 / 100)));
      print("warm, CPU a request", spent.toNanos() / 1_000 / MEASURED + " us");
      print("memory", authorizer.resident() + " MB (resident)");
    }
  }

  private static long answer(FunctionProcess authorizer, String event) throws IOException {
    return authorizer.answer(event.getBytes(UTF_8), "\"Allow\"");
  }

  private FunctionProcess start(SnapStart snapStart) throws IOException, InterruptedException {
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
    return FunctionProcess.start(
        "authorizer-fn",
        "dev.gatehouse.authorizer.AuthorizerHandler",
        1024,
        gateway,
        borrowed,
        snapStart);
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
