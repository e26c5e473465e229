package dev.gatehouse.config;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code identity:} section: what its {@link Form} cannot say, and its record. */
final class IdentitySection {
  private IdentitySection() {}

  /**
   * @param root the whole file, for the limits that it defines
   */
  static void check(Cursor identity, Cursor root, Faults faults) {
    identity.at("failedLogins").ifPresent(limit -> failedLogins(limit, root, faults));
    Map<String, Integer> names = new HashMap<>();
    Map<String, Integer> values = new HashMap<>();
    for (Cursor issuer : identity.items("issuers")) {
      issuer.at("name").ifPresent(name -> once(name, names, faults));
      issuer.at("issuer").ifPresent(value -> once(value, values, faults));
      audiences(issuer, faults);
      issuer.items("algorithms").forEach(item -> algorithm(issuer, item, faults));
    }
    identity
        .at("apiKeys")
        .flatMap(keys -> keys.at("header"))
        .filter(header -> header.text().filter("Authorization"::equalsIgnoreCase).isPresent())
        .ifPresent(header -> faults.at(header, "a header other than Authorization, the tokens'"));
  }

  static Identity read(Cursor identity) {
    Values values = new Values(identity);
    Identity none = Identity.NONE;
    return new Identity(
        identity.items("issuers").stream().map(IdentitySection::issuer).toList(),
        identity.at("apiKeys").map(IdentitySection::apiKeys),
        values.duration("cache", none.cache()),
        values.duration("clockSkew", none.clockSkew()),
        values.duration("maxLifetime", none.maxLifetime()),
        values.duration("staleKeys", none.staleKeys()),
        identity.text("failedLogins"));
  }

  /** A credential is not looked at before: nothing but the address is known of its sender. */
  private static void failedLogins(Cursor name, Cursor root, Faults faults) {
    Optional<Cursor> limit = root.at("limits").flatMap(all -> all.at(name.text().orElse("")));
    if (limit.isEmpty()) {
      faults.at(name, "the name of one of limits");
      return;
    }
    boolean byAddress =
        limit.get().text("by").filter("ip"::equals).isPresent()
            || limit.get().texts("by").equals(List.of("ip"));
    if (!byAddress || limit.get().at("when").isPresent()) {
      faults.at(name, "a limit by ip, without when");
    }
    boolean shared =
        root.items("routes").stream()
            .anyMatch(route -> route.texts("limits").contains(name.text().orElse("")));
    if (shared) {
      faults.at(name, "a limit that no route spends");
    }
  }

  private static void once(Cursor place, Map<String, Integer> seen, Faults faults) {
    Integer first = place.text().map(text -> seen.putIfAbsent(text, place.line())).orElse(null);
    if (first != null) {
      faults.at(place, "a value that no other issuer has; line " + first + " has it");
    }
  }

  private static void audiences(Cursor issuer, Faults faults) {
    if (issuer.at("jwks").isPresent() && issuer.at("audiences").isEmpty()) {
      faults.add(
          issuer.line(),
          issuer.below("audiences"),
          "nothing",
          "the audiences that tokens must name, such as [gateway-api]");
    }
  }

  private static void algorithm(Cursor issuer, Cursor item, Faults faults) {
    boolean keySet = issuer.at("jwks").isPresent();
    boolean secret = issuer.at("secret").isPresent();
    boolean symmetric = item.text().orElse("").startsWith("HS");
    boolean known = item.text().filter(Issuer.ALGORITHMS::contains).isPresent();
    if (known && symmetric && keySet && !secret) {
      faults.at(item, "an algorithm with public keys, such as RS256, for an issuer with jwks");
    } else if (known && !symmetric && secret && !keySet) {
      faults.at(item, "HS256, HS384 or HS512 for an issuer with a secret");
    }
  }

  private static Issuer issuer(Cursor issuer) {
    Values values = new Values(issuer);
    Optional<Issuer.KeySource> jwks =
        issuer.text("jwks").map(URI::create).map(Issuer.KeySource.Jwks::new);
    return new Issuer(
        values.text("name"),
        values.text("issuer"),
        jwks.orElseGet(() -> new Issuer.KeySource.SharedSecret(values.text("secret"))),
        issuer.texts("audiences"),
        issuer.texts("algorithms"),
        issuer.at("claims").map(IdentitySection::claims).orElse(Issuer.Claims.DEFAULTS));
  }

  private static Issuer.Claims claims(Cursor claims) {
    Issuer.Claims defaults = Issuer.Claims.DEFAULTS;
    return new Issuer.Claims(
        claims.text("user").orElse(defaults.user()),
        claims.text("email").orElse(defaults.email()),
        claims.text("roles").orElse(defaults.roles()),
        claims.text("scopes").orElse(defaults.scopes()),
        claims.text("tier").orElse(defaults.tier()));
  }

  private static Identity.ApiKeys apiKeys(Cursor keys) {
    return new Identity.ApiKeys(keys.text("header").orElse(Identity.ApiKeys.DEFAULT_HEADER));
  }
}
