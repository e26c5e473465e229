package dev.gatehouse.config;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Route.Idempotency.Mode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A request that the gateway serves itself, not a back end: API Gateway hands it to the function
 * that owns it.
 *
 * @param owner never API Gateway itself: every own answer comes from a function
 */
public record OwnEndpoint(Match match, Allow allow, Owner owner) implements Matched {
  /** What an operator's credential needs. */
  public static final String ADMIN_SCOPE = "gateway:admin";

  private static final List<String> OPEN_PAGES =
      List.of(
          "/healthz",
          "/health",
          "/api/v1/health",
          "/api/v1/health/live",
          "/readyz",
          "/api/v1/health/ready",
          "/api/v1/status",
          "/version");

  /** The functions that serve requests. */
  public enum Owner {
    /** Routes and pages. */
    PROXY,
    /** Outcomes of requests with a key. */
    IDEMPOTENCY
  }

  /** All of a gateway; a feature that it does not use has none. */
  public static List<OwnEndpoint> of(Gateway gateway) {
    List<OwnEndpoint> endpoints = new ArrayList<>();
    for (String page : OPEN_PAGES) {
      endpoints.add(get(page, new Allow.Public(), Owner.PROXY));
    }
    endpoints.add(get("/api/v1/health/detailed", gateway.operations().health(), Owner.PROXY));
    if (gateway.routes().stream().anyMatch(route -> route.idempotency().mode() != Mode.OFF)) {
      endpoints.addAll(idempotency(gateway.identity()));
    }
    return List.copyOf(endpoints);
  }

  private static List<OwnEndpoint> idempotency(Identity identity) {
    Allow callers =
        new Allow.Authenticated(credentials(identity), List.of(), List.of(), List.of(), List.of());
    Match find = Match.of("GET /admin/idempotency");
    Match resolve = Match.of("POST /admin/idempotency");
    return List.of(
        get("/api/v1/idempotency/*", callers, Owner.IDEMPOTENCY),
        new OwnEndpoint(find, operators(identity), Owner.IDEMPOTENCY),
        new OwnEndpoint(resolve, operators(identity), Owner.IDEMPOTENCY));
  }

  /** Operators: whoever has the {@link #ADMIN_SCOPE}, by any kind of credential in use. */
  static Allow operators(Identity identity) {
    return new Allow.Authenticated(
        credentials(identity), List.of(ADMIN_SCOPE), List.of(), List.of(), List.of());
  }

  private static Set<CredentialKind> credentials(Identity identity) {
    Set<CredentialKind> kinds = EnumSet.of(CredentialKind.JWT);
    identity.apiKeys().ifPresent(_ -> kinds.add(CredentialKind.API_KEY));
    return kinds;
  }

  private static OwnEndpoint get(String path, Allow allow, Owner owner) {
    return new OwnEndpoint(Match.of("GET " + path), allow, owner);
  }
}
