package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.identity.Principal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which answers may serve a request: those to the same URI along the same route for the same
 * caller.
 *
 * <p>The caller is everything that the service could recognise it by: for a known one what the
 * gateway tells the service about it, for others the credential that is handed on, and a cookie in
 * either case. With {@code shared} all callers are one.
 *
 * @param resource a digest of all that
 * @param common whether it stands for more than one caller
 */
record CacheKey(String resource, boolean common) {
  /** Of a request on a route with a cache. */
  static CacheKey of(Exchange exchange, Route route, CanonicalPath path) {
    GatewayRequest request = exchange.request();
    boolean shared = route.cache().orElseThrow().shared();
    Digest digest =
        new Digest()
            .add(route.match().toString())
            .add(route.when().toString())
            .add(route.service())
            .add(request.domain())
            .add(path.text())
            .add(request.query().encoded());
    if (shared) {
      return new CacheKey(digest.add("shared").text(), true);
    }
    List<String> cookies = request.headers().all("Cookie");
    List<String> authorization =
        exchange.caller().isPresent() ? List.of() : request.headers().all("Authorization");
    exchange.caller().ifPresent(caller -> add(digest.add("caller"), caller));
    boolean common = exchange.caller().isEmpty() && cookies.isEmpty() && authorization.isEmpty();
    return new CacheKey(digest.add(authorization).add(cookies).text(), common);
  }

  private static void add(Digest digest, Principal caller) {
    digest
        .add(caller.kind() == CredentialKind.JWT ? "jwt" : "api-key")
        .add(caller.issuer())
        .add(caller.subject())
        .add(caller.email().map(List::of).orElse(List.of()))
        .add(caller.roles())
        .add(caller.scopes())
        .add(caller.tier().map(List::of).orElse(List.of()));
    for (Map.Entry<String, String> claim : new TreeMap<>(caller.claims()).entrySet()) {
      digest.add(claim.getKey()).add(claim.getValue());
    }
  }

  /** The key of a resource. All keys of a resource have one slot. */
  String resourceKey() {
    return "cache:{" + resource + "}";
  }

  /**
   * The key of a variant.
   *
   * @param names of the fields that it varies by, in lower case and in order
   * @param fields those of the request, as the service sees it
   */
  String variantKey(List<String> names, Headers fields) {
    Digest digest = new Digest();
    for (String name : names) {
      digest.add(name).add(fields.all(name).stream().map(CacheKey::normal).toList());
    }
    return resourceKey() + ":" + digest.text();
  }

  /** Whitespace at the ends, and after commas, says nothing (RFC 9111 section 4.1). */
  private static String normal(String value) {
    return value.strip().replaceAll("\\s*,\\s*", ",");
  }
}
