package dev.gatehouse.ratelimit;

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
