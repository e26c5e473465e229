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
    /** API keys and revocations. */
    KEYS,
    /** Outcomes of requests with a key. */
    IDEMPOTENCY,
    /** What is left of limits, and their administration. */
    RATELIMIT,
    /** Virtual queues and their waiting rooms. */
    QUEUE
  }

  /** All of a gateway; a feature that it does not use has none. */
  public static List<OwnEndpoint> of(Gateway gateway) {
    List<OwnEndpoint> endpoints = new ArrayList<>();
    for (String page : OPEN_PAGES) {
      endpoints.add(get(page, new Allow.Public(), Owner.PROXY));
    }
    endpoints.add(get("/api/v1/health/detailed", gateway.operations().health(), Owner.PROXY));
    services(gateway.identity(), endpoints);
    if (gateway.routes().stream().anyMatch(route -> route.cache().isPresent())) {
      cache(gateway.identity(), endpoints);
    }
    keys(gateway.identity(), endpoints);
    if (gateway.routes().stream().anyMatch(route -> route.idempotency().mode() != Mode.OFF)) {
      idempotency(gateway.identity(), endpoints);
    }
    if (!gateway.limits().isEmpty()) {
      limits(gateway.identity(), endpoints);
    }
    if (!gateway.queues().isEmpty()) {
      queues(gateway.identity(), endpoints);
    }
    return List.copyOf(endpoints);
  }

  /** The circuits of services, wherever operators can be known. */
  private static void services(Identity identity, List<OwnEndpoint> endpoints) {
    if (identity.apiKeys().isPresent() || !identity.issuers().isEmpty()) {
      add(endpoints, Owner.PROXY, operators(identity), "GET /admin/services");
      add(endpoints, Owner.PROXY, operators(identity), "GET /admin/services/*");
      add(endpoints, Owner.PROXY, operators(identity), "PUT /admin/services/*");
    }
  }

  /** Answers that are kept, wherever operators can be known. */
  private static void cache(Identity identity, List<OwnEndpoint> endpoints) {
    if (identity.apiKeys().isPresent() || !identity.issuers().isEmpty()) {
      add(endpoints, Owner.PROXY, operators(identity), "GET /admin/cache");
      add(endpoints, Owner.PROXY, operators(identity), "POST /admin/cache");
    }
  }

  /** Revocations wherever there are credentials, keys where they are accepted. */
  private static void keys(Identity identity, List<OwnEndpoint> endpoints) {
    Allow operators = operators(identity);
    if (identity.apiKeys().isPresent()) {
      add(endpoints, Owner.KEYS, operators, "GET /admin/keys");
      add(endpoints, Owner.KEYS, operators, "POST /admin/keys");
      add(endpoints, Owner.KEYS, operators, "GET /admin/keys/*");
      add(endpoints, Owner.KEYS, operators, "DELETE /admin/keys/*");
      add(endpoints, Owner.KEYS, operators, "POST /admin/keys/*/rotate");
    }
    if (identity.apiKeys().isPresent() || !identity.issuers().isEmpty()) {
      add(endpoints, Owner.KEYS, operators, "GET /admin/revocations");
      add(endpoints, Owner.KEYS, operators, "POST /admin/revocations");
      add(endpoints, Owner.KEYS, operators, "DELETE /admin/revocations/*");
    }
  }

  private static void idempotency(Identity identity, List<OwnEndpoint> endpoints) {
    Allow callers =
        new Allow.Authenticated(credentials(identity), List.of(), List.of(), List.of(), List.of());
    add(endpoints, Owner.IDEMPOTENCY, callers, "GET /api/v1/idempotency/*");
    add(endpoints, Owner.IDEMPOTENCY, operators(identity), "GET /admin/idempotency");
    add(endpoints, Owner.IDEMPOTENCY, operators(identity), "POST /admin/idempotency");
  }

  private static void add(List<OwnEndpoint> endpoints, Owner owner, Allow allow, String match) {
    endpoints.add(new OwnEndpoint(Match.of(match), allow, owner));
  }

  private static void limits(Identity identity, List<OwnEndpoint> endpoints) {
    Allow operators = operators(identity);
    add(endpoints, Owner.RATELIMIT, new Allow.Anonymous(), "GET /api/v1/limits");
    add(endpoints, Owner.RATELIMIT, operators, "GET /admin/limits");
    add(endpoints, Owner.RATELIMIT, operators, "GET /admin/limits/*");
    add(endpoints, Owner.RATELIMIT, operators, "DELETE /admin/limits/*");
    add(endpoints, Owner.RATELIMIT, operators, "PUT /admin/limits/*/override");
    add(endpoints, Owner.RATELIMIT, operators, "DELETE /admin/limits/*/override");
  }

  /** Who joins may be known; after that the ticket is the proof. */
  private static void queues(Identity identity, List<OwnEndpoint> endpoints) {
    Allow anyone = new Allow.Public();
    Allow operators = operators(identity);
    add(endpoints, Owner.QUEUE, new Allow.Anonymous(), "POST /api/v1/queue/join");
    add(endpoints, Owner.QUEUE, anyone, "GET /api/v1/queue/status");
    add(endpoints, Owner.QUEUE, anyone, "POST /api/v1/queue/enter");
    add(endpoints, Owner.QUEUE, anyone, "DELETE /api/v1/queue/leave");
    add(endpoints, Owner.QUEUE, anyone, "POST /api/v1/queue/leave");
    add(endpoints, Owner.QUEUE, anyone, "GET /api/v1/queue/board");
    add(endpoints, Owner.QUEUE, anyone, "GET /waiting-room/*");
    add(endpoints, Owner.QUEUE, operators, "GET /admin/queues/*");
    add(endpoints, Owner.QUEUE, operators, "PUT /admin/queues/*");
    add(endpoints, Owner.QUEUE, operators, "POST /admin/queues/*/admit");
    add(endpoints, Owner.QUEUE, operators, "POST /admin/queues/*/reset");
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
