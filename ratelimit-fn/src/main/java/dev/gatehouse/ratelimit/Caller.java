package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.identity.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What limits may depend on: the facts of one request.
 *
 * @param user empty for an anonymous caller
 * @param address the client's address, trusted proxies already taken away
 * @param route the route's name, the same for all its requests
 * @param apiKey the id of the API key, not its secret
 * @param header a header's value by name
 * @param claim a claim's value by name
 */
public record Caller(
    Optional<User> user,
    String address,
    String route,
    Optional<String> apiKey,
    Optional<String> tier,
    Set<String> roles,
    Function<String, Optional<String>> header,
    Function<String, Optional<String>> claim) {

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Someone who is known by name to an issuer. */
  public record User(String issuer, String subject) {}

  /** The caller of a request, as the authorizer knows it. */
  public static Caller of(Exchange exchange, String route) {
    Optional<Principal> principal = exchange.caller();
    Map<String, String> claims = principal.map(Principal::claims).orElse(Map.of());
    return new Caller(
        principal.map(known -> new User(known.issuer(), known.subject())),
        exchange.clientAddress(),
        route,
        principal
            .filter(known -> known.kind() == CredentialKind.API_KEY)
            .flatMap(Principal::credential),
        principal.flatMap(Principal::tier),
        principal.map(known -> Set.copyOf(known.roles())).orElse(Set.of()),
        name -> exchange.request().headers().first(name),
        name -> Optional.ofNullable(claims.get(name)));
  }

  /** A caller of whom only the address is known. */
  public static Caller anonymous(String address, String route) {
    return new Caller(
        Optional.empty(),
        address,
        route,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        name -> Optional.empty(),
        name -> Optional.empty());
  }
}
