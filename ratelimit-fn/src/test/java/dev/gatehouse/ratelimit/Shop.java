package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.util.List;
import java.util.Map;

/** A gateway with a limit of every kind. */
final class Shop {
  static final String ISSUER = "https://idp.example";

  private static final String YAML =
      """
      name: shop
      identity:
        issuers:
          - {name: main, issuer: 'https://idp.example', jwks: 'https://idp.example/keys', audiences: [shop], algorithms: [RS256]}
        apiKeys: {}
      cors: {origins: ['https://app.example']}
      limits:
        user: {by: user, rate: 1/1h, burst: 10}
        minute: {by: user, window: 60/1m}
        login: {by: ip, window: 10/1m}
        tenant: {by: 'claim:tenant', rate: 1/1h, burst: 5, cost: 2}
        search: {by: [user, route], rate: 1/1h, burst: 20}
        partner: {by: apiKey, rate: 1/1h, burst: 3}
        device: {by: 'header:X-Device', rate: 1/1h, burst: 4}
        gold: {by: [tier, ip], rate: 1/1h, burst: 9, when: {tier: gold}}
        trial: {by: user, rate: 1/1h, burst: 1, shadow: true}
      services: {s: {url: 'http://s.internal'}}
      routes:
        - {match: GET /search, to: s, allow: jwt, limits: [search, user]}
        - {match: GET /things/*, to: s, allow: optional, limits: [user, minute, login, tenant, partner, device, gold, trial]}
      """;

  private Shop() {}

  static Gateway gateway() {
    return switch (new GatewayReader().read(YAML, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(List<?> faults) -> throw new AssertionError(faults.toString());
    };
  }

  /** A caller of the token's issuer. */
  static Caller user(String subject, String address) {
    Caller somebody = Limits.user(subject, address);
    return new Caller(
        somebody.user().map(_ -> new Caller.User(ISSUER, subject)),
        address,
        "",
        somebody.apiKey(),
        somebody.tier(),
        somebody.roles(),
        somebody.header(),
        somebody.claim());
  }
}
