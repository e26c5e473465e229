package dev.gatehouse.bench;

import static dev.gatehouse.bench.Figures.millis;
import static dev.gatehouse.bench.Figures.print;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import dev.gatehouse.localstack.lambda.FunctionDefinition.SnapStart;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The authorizer in its Lambda process, from the archive that would be deployed: start without a
 * snapshot, restore to first answer, warm answers to tokens that differ, CPU and memory.
 *
 * <p>Run from the project's folder, with the process of a local run's authorizer, whose Redis it
 * uses:
 *
 * <pre>
 * for redis in $(pgrep redis-server); do taskset -acp 0 $redis; done
 * taskset -c 0 java --enable-native-access=ALL-UNNAMED [-Daot=true] \
 *     -cp bench/target/classes:$(cat bench/target/classpath) \
 *     dev.gatehouse.bench.AuthorizerBench [PID]
 * </pre>
 *
 * <p>Warm figures are those of 5,000 answers after 20,000. For them all share one CPU ({@code
 * taskset -c 0}), Redis included; for starts two, as {@link ProxyBench}. Times are through a lean
 * Runtime API over one connection ({@link LeanRuntimeApi}). With {@code -Daot=true} also a start
 * from an AOT cache ({@link AotTraining}).
 */
public final class AuthorizerBench {
  private static final String ALLOWED = "\"Allow\"";

  /** C2 has most of its work behind it. */
  private static final int WARM_UP = 20_000;

  private static final int MEASURED = 5_000;

  private final Issuer issuer;
  private final Borrowed borrowed;

  private AuthorizerBench(Issuer issuer, Borrowed borrowed) {
    this.issuer = issuer;
    this.borrowed = borrowed;
  }

  /**
   * Measures and prints.
   *
   * @param args the process of a local run's authorizer
   */
  public static void main(String... args) throws JOSEException, IOException, InterruptedException {
    try (Issuer issuer = Issuer.start()) {
      AuthorizerBench bench = new AuthorizerBench(issuer, Borrowed.of(args));
      bench.starts();
      bench.warm();
      if (AotTraining.isAskedFor()) {
        bench.fromCache();
      }
    }
  }

  private void starts() throws IOException, JOSEException {
    byte[] event = events(1).getFirst().getBytes(UTF_8);
    Start cold = Start.cold(authorizer(), borrowed, event, ALLOWED);
    print("start without a snapshot", cold.initMillis() + " ms");
    print("  and its first answer", millis(cold.answerNanos()));
    Start restored = Start.restored(authorizer(), borrowed, event, ALLOWED);
    print("restore to first answer", millis(restored.answerNanos()));
  }

  private void warm() throws IOException, JOSEException {
    List<String> events = events(WARM_UP + MEASURED);
    try (FunctionProcess authorizer =
        FunctionProcess.start(authorizer(), borrowed, SnapStart.PUBLISHED_VERSIONS)) {
      for (String event : events.subList(0, WARM_UP)) {
        answer(authorizer, event);
      }
      List<Long> nanos = new ArrayList<>();
      Duration before = authorizer.cpu();
      for (String event : events.subList(WARM_UP, events.size())) {
        nanos.add(answer(authorizer, event));
      }
      Duration spent = authorizer.cpu().minus(before);
      print("warm, p50", millis(Figures.percentile(nanos, 50)));
      print("warm, p99", millis(Figures.percentile(nanos, 99)));
      print("warm, CPU a request", spent.toNanos() / 1_000 / MEASURED + " us");
      print("memory", authorizer.resident() + " MB (resident), " + authorizer.peak() + " at most");
    }
  }

  private void fromCache() throws IOException, InterruptedException, JOSEException {
    byte[] event = events(1).getFirst().getBytes(UTF_8);
    try (Workbench workbench = Workbench.open()) {
      AotTraining.of(authorizer(), borrowed, event, ALLOWED, workbench)
          .tell(borrowed, event, ALLOWED);
    }
  }

  private static long answer(FunctionProcess authorizer, String event) throws IOException {
    return authorizer.answer(event.getBytes(UTF_8), ALLOWED);
  }

  private Contender authorizer() {
    String gateway =
        """
        name: bench
        identity:
          issuers:
            - {name: main, issuer: "%s", jwks: "%s", audiences: [api], algorithms: [RS256]}
        services: {s: {url: "http://127.0.0.1:9"}}
        routes: [{match: ANY /**, to: s, allow: jwt}]
        """
            .formatted(Issuer.NAME, issuer.keys());
    return Contender.ours(
        "authorizer-fn", "dev.gatehouse.authorizer.AuthorizerHandler", 1024, gateway);
  }

  private List<String> events(int count) throws JOSEException {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(event(issuer.token("user-" + i)));
    }
    return events;
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
}
