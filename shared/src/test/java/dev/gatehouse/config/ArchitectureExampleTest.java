package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Limit.Algorithm;
import dev.gatehouse.config.Limit.Key.Fact;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The gateway.yaml of the architecture, word for word. */
final class ArchitectureExampleTest {
  private final Gateway gateway = Example.gateway(Example.complete());

  @Test
  void theExcerptLacksTheServicesThatItDoesNotDefineAndNothingElse() {
    assertThat(Example.faults(Example.excerpt()))
        .extracting(fault -> fault.path() + " " + fault.found())
        .containsExactly(
            "routes[0].to \"auth\"",
            "routes[5].to \"webhooks\"",
            "routes[6].to \"core\"",
            "routes[7].to \"catalog\"",
            "routes[8].to \"catalog\"",
            "routes[9].to \"legacy\"");
  }

  @Test
  void thisVersionRefusesWhatWouldBeOpenOrWrong() {
    assertThat(Example.faults(new GatewayReader().read(Example.complete(), Map.of())))
        .extracting(fault -> fault.path() + ": " + fault.expected())
        .containsExactly(
            "services.payment.grpc: not yet available in this version",
            "services.payment.tls: not yet available in this version",
            "routes[5].allow.signature: not yet available in this version",
            "routes[7].graphql: not yet available in this version");
  }

  @Test
  void identityIsRead() {
    Identity identity = gateway.identity();
    assertThat(identity.issuers())
        .containsExactly(
            new Issuer(
                "main",
                "https://idp.traffic-tacos.example",
                new Issuer.KeySource.Jwks(
                    URI.create("https://idp.traffic-tacos.example/.well-known/jwks.json")),
                List.of("gateway-api"),
                List.of("RS256", "ES256"),
                Issuer.Claims.DEFAULTS),
            new Issuer(
                "shared-secret",
                "fincloud",
                new Issuer.KeySource.SharedSecret("gateway/jwt-hs256"),
                List.of(),
                List.of("HS256"),
                Issuer.Claims.DEFAULTS));
    assertThat(identity.apiKeys()).contains(new Identity.ApiKeys("X-API-Key"));
    assertThat(identity.cache()).isEqualTo(Duration.ofMinutes(5));
    assertThat(gateway.cors())
        .contains(
            new Cors(
                List.of("https://app.example.com", "http://localhost:3000"),
                List.of(),
                List.of(),
                true,
                Duration.ofMinutes(10)));
  }

  @Test
  void limitsAreRead() {
    assertThat(gateway.limits().keySet())
        .containsExactly("user", "minute", "hour", "login", "gold", "search");
    assertThat(gateway.limits().values())
        .containsExactly(
            limit("user", new Algorithm.TokenBucket(50, Duration.ofSeconds(1), 100), Fact.USER),
            limit("minute", new Algorithm.SlidingWindow(60, Duration.ofMinutes(1)), Fact.USER),
            limit("hour", new Algorithm.SlidingWindow(1000, Duration.ofHours(1)), Fact.USER),
            new Limit(
                "login",
                List.of(Fact.IP),
                new Algorithm.SlidingWindow(10, Duration.ofMinutes(1)),
                1,
                Limit.When.ALWAYS,
                false,
                Limit.WithoutRedis.DENY),
            new Limit(
                "gold",
                List.of(Fact.USER),
                new Algorithm.TokenBucket(500, Duration.ofSeconds(1), 1000),
                1,
                new Limit.When(Optional.of("gold"), Optional.empty(), Limit.Known.OR_NOT),
                false,
                Limit.WithoutRedis.LOCAL),
            new Limit(
                "search",
                List.of(Fact.USER, Fact.ROUTE),
                new Algorithm.TokenBucket(10, Duration.ofSeconds(1), 20),
                2,
                Limit.When.ALWAYS,
                true,
                Limit.WithoutRedis.LOCAL));
  }

  @Test
  void queuesAreRead() {
    assertThat(gateway.queues())
        .containsExactly(
            Map.entry(
                "onsale",
                new Queue(
                    "onsale",
                    List.of(),
                    new Queue.Rate(50, Duration.ofSeconds(1)),
                    500,
                    Optional.of(Instant.parse("2026-12-01T01:00:00Z")),
                    Queue.Prequeue.SHUFFLE,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10))));
  }

  @Test
  void servicesAreRead() {
    Service reservation =
        new Service(
            "reservation",
            new Service.Target.Urls(List.of(URI.create("http://reservation.internal:8001"))),
            Service.Balance.LEAST_REQUESTS,
            new Service.Timeout(Duration.ofMillis(250), Duration.ofSeconds(2)),
            new Service.Retry(3, Duration.ofMillis(25), 20, Optional.empty()),
            new Service.Breaker(5, Duration.ofSeconds(60), 3),
            Optional.of(new Service.Health("/healthz")),
            Optional.empty(),
            false,
            Optional.empty(),
            Map.of());
    Service payment =
        new Service(
            "payment",
            new Service.Target.Grpc("payment.internal", 8081, "payment.protoset"),
            Service.Balance.ROUND_ROBIN,
            Service.Timeout.DEFAULTS,
            Service.Retry.DEFAULTS,
            Service.Breaker.DEFAULTS,
            Optional.empty(),
            Optional.of(
                new Service.Tls(
                    "gateway/svid",
                    "gateway/spiffe-bundle",
                    Optional.of(URI.create("spiffe://jia.app/payment-service")))),
            false,
            Optional.empty(),
            Map.of());
    assertThat(gateway.services())
        .containsEntry("reservation", reservation)
        .containsEntry("payment", payment);
    assertThat(gateway.services().values())
        .extracting(Service::target)
        .contains(
            new Service.Target.CloudMap("catalog.tacos.local", 80),
            new Service.Target.Urls(
                List.of(
                    URI.create("http://core-1.internal"), URI.create("http://core-2.internal"))));
  }

  @Test
  void routesAreRead() {
    assertThat(gateway.routes())
        .extracting(route -> route.match().toString())
        .containsExactly(
            "POST /api/v1/auth/**",
            "POST /api/v1/reservations",
            "POST /api/v1/reservations/*/confirm",
            "ANY /api/v1/reservations/**",
            "POST /payment.v1.PaymentService/*",
            "POST /webhooks/stripe",
            "GET /api/v1/payments/*",
            "POST /graphql",
            "GET /api/v1/catalog/**",
            "ANY /api/v1/legacy/**");
    assertThat(gateway.routes())
        .extracting(Route::allow)
        .containsExactly(
            new Allow.Public(),
            authenticated(CredentialKind.JWT, "reservations:write"),
            authenticated(CredentialKind.JWT),
            authenticated(CredentialKind.JWT),
            authenticated(CredentialKind.JWT),
            new Allow.Signature(Allow.Signature.Scheme.STRIPE, "gateway/stripe"),
            authenticated(CredentialKind.JWT),
            authenticated(CredentialKind.JWT),
            new Allow.Anonymous(),
            authenticated(CredentialKind.API_KEY));
  }

  @Test
  void policiesOfRoutesAreRead() {
    List<Route> routes = gateway.routes();
    assertThat(routes.get(0).limits()).containsExactly("login");
    assertThat(routes.get(4).limits()).containsExactly("minute", "hour");
    assertThat(routes.get(1).queue()).contains(new Route.QueueGate("onsale", Optional.empty()));
    assertThat(routes.get(1).idempotency())
        .isEqualTo(Route.Idempotency.of(Route.Idempotency.Mode.REQUIRED));
    assertThat(routes.get(3).idempotency()).isEqualTo(Route.Idempotency.OFF);
    assertThat(routes.get(2).releases()).contains("onsale");
    assertThat(routes.get(6).cache()).contains(Route.Cache.of(Duration.ofDays(1)));
    assertThat(routes.get(7).graphql()).contains(new Route.GraphQl(8, 1000, 1, false));
    assertThat(routes.get(9).version())
        .contains(
            new Route.Version(
                Optional.of(LocalDate.of(2026, 6, 1)),
                Optional.of(LocalDate.of(2027, 1, 1)),
                Optional.empty()));
    assertThat(routes.getFirst().line())
        .isEqualTo(1 + Example.complete().lines().toList().indexOf("routes:") + 1);
  }

  private static Limit limit(String name, Algorithm algorithm, Fact by) {
    return new Limit(
        name, List.of(by), algorithm, 1, Limit.When.ALWAYS, false, Limit.WithoutRedis.LOCAL);
  }

  private static Allow authenticated(CredentialKind kind, String... scopes) {
    return new Allow.Authenticated(Set.of(kind), List.of(scopes), List.of(), List.of(), List.of());
  }
}
