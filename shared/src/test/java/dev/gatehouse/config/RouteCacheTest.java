package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The {@code cache} of a route. */
final class RouteCacheTest {
  @Test
  void aLifetimeAloneKeepsEachCallersOwnAnswersAndNeverStaleOnes() {
    assertThat(cache("GET", "60s"))
        .contains(
            new Route.Cache(
                Duration.ofSeconds(60), false, Duration.ZERO, Duration.ZERO, List.of()));
  }

  @Test
  void everySettingIsRead() {
    assertThat(
            cache(
                "ANY",
                "{ttl: 5m, shared: true, staleIfError: 1h, staleWhileRevalidate: 30s, vary:"
                    + " [Accept-Language, X-User-Roles]}"))
        .contains(
            new Route.Cache(
                Duration.ofMinutes(5),
                true,
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                List.of("Accept-Language", "X-User-Roles")));
  }

  @Test
  void operatorsGetTheCachesEndpointsWhereThereIsACache() {
    assertThat(endpoints("identity: {apiKeys: {}}", ", cache: 60s"))
        .contains("GET /admin/cache", "POST /admin/cache");
    assertThat(endpoints("identity: {apiKeys: {}}", "")).noneMatch(RouteCacheTest::isCaches);
    assertThat(endpoints("trustedHops: 0", ", cache: 60s")).noneMatch(RouteCacheTest::isCaches);
  }

  private static boolean isCaches(String match) {
    return match.endsWith("/admin/cache");
  }

  private static List<String> endpoints(String section, String settings) {
    return OwnEndpoint.of(
            Example.gateway(
                Example.with(
                    section, "routes: [{match: GET /a, to: s, allow: public" + settings + "}]")))
        .stream()
        .map(endpoint -> endpoint.match().toString())
        .toList();
  }

  private static Optional<Route.Cache> cache(String method, String setting) {
    return Example.gateway(
            Example.with(
                "routes: [{match: "
                    + method
                    + " /a, to: s, allow: public, cache: "
                    + setting
                    + "}]"))
        .routes()
        .getFirst()
        .cache();
  }
}
