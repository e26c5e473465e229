package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.lifecycle.PrimingServer;
import dev.gatehouse.proxy.Proxy.Policies;
import dev.gatehouse.ratelimit.Caller;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What requests will do, done before a checkpoint, for an address of RFC 5737 that nobody calls
 * from.
 *
 * <p>All limits are decided a few times, all circuits looked at and the cache looked into: the
 * first round teaches Redis the scripts, the others run as requests will. Then a request of a
 * caller whom nobody knows goes through the whole pipeline, to a service that answers in this
 * process, by a gateway of its own: no route, limit or service of the real one hears of it. How
 * long all of it took is the first metric of every environment.
 */
final class Rehearsal implements Participant {
  private static final int ROUNDS = 20;
  private static final String ADDRESS = "192.0.2.0";
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final String EVENT =
      """
      {"httpMethod":"GET","path":"/rehearsal",
       "multiValueHeaders":{"Accept":["application/json"],"Host":["rehearsal.invalid"]},
       "requestContext":{"requestId":"rehearsal","identity":{"sourceIp":"192.0.2.0"},
         "authorizer":{"kind":"jwt","issuer":"urn:rehearsal","subject":"rehearsal","roles":"",
           "scopes":"","issuedAt":"0","expiresAt":"253402300799"}},
       "isBase64Encoded":false,"body":null}
      """;

  private final Policies policies;
  private final Gateway gateway;
  private final Function<Gateway, FrontDoor> stage;
  private final GatewayMetrics metrics;

  /**
   * @param stage the function for another gateway, without metrics
   * @param metrics tell how long it took
   */
  Rehearsal(
      Policies policies,
      Gateway gateway,
      Function<Gateway, FrontDoor> stage,
      GatewayMetrics metrics) {
    this.policies = policies;
    this.gateway = gateway;
    this.stage = stage;
    this.metrics = metrics;
  }

  @Override
  public void prime() throws IOException {
    long started = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      askRedis();
    }
    try (PrimingServer service = PrimingServer.start()) {
      byte[] event = EVENT.getBytes(UTF_8);
      byte[] answer =
          stage.apply(ofItsOwn(service.url())).rehearse(new ByteArrayInputStream(event), LONGEST);
      String text = new String(answer, UTF_8);
      if (!text.contains("\"statusCode\":200")) {
        throw new IOException(text + " (expected: 200)");
      }
    }
    metrics.primed(Duration.ofNanos(System.nanoTime() - started));
  }

  private void askRedis() {
    policies
        .limiter()
        .decide(List.copyOf(gateway.limits().values()), Caller.anonymous(ADDRESS, "rehearsal"));
    gateway.services().values().forEach(policies.breaker()::standing);
    gateway.services().values().stream()
        .filter(service -> service.health().isPresent())
        .forEach(service -> policies.redis().call(ProbeReport.read(service.name())));
    gateway.services().values().stream()
        .filter(service -> service.concurrency().isPresent())
        .forEach(service -> Bulkhead.in(policies.redis()).standing(service));
    if (gateway.routes().stream().anyMatch(route -> route.cache().isPresent())) {
      policies.answers().rehearse();
    }
  }

  private static Gateway ofItsOwn(URI service) {
    String source =
        """
        name: rehearsal
        identity:
          issuers:
            - name: rehearsal
              issuer: "urn:rehearsal"
              jwks: "https://192.0.2.0/"
              audiences: [rehearsal]
              algorithms: [RS256]
        limits: {rehearsal: {by: user, rate: 1000000/s}}
        services: {rehearsal: {url: "%s"}}
        routes: [{match: GET /rehearsal, to: rehearsal, allow: jwt, limits: [rehearsal]}]
        """
            .formatted(service);
    return switch (new GatewayReader().read(source, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new IllegalStateException(faults.toString());
    };
  }
}
