package dev.gatehouse.identity;

import dev.gatehouse.config.Allow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The guard of every route: whether a caller satisfies an {@link Allow}. */
public sealed interface Access {
  /** Come in. */
  record Granted() implements Access {}

  /** Nobody is known, and the route asks for somebody: 401. */
  record CredentialMissing() implements Access {}

  /** The credential ended while API Gateway still held its answer: 401. */
  record CredentialExpired() implements Access {}

  /**
   * Somebody is known who may not: 403.
   *
   * @param required what the caller lacks, in words for the log and the problem
   */
  record Refused(String required) implements Access {}

  /** Decides at this instant. */
  static Access check(Allow allow, Optional<Principal> caller, Instant now) {
    if (allow instanceof Allow.Public) {
      return new Granted();
    }
    if (caller.flatMap(Principal::expiresAt).filter(end -> !now.isBefore(end)).isPresent()) {
      return new CredentialExpired();
    }
    return switch (allow) {
      case Allow.Public() -> new Granted();
      case Allow.Anonymous() -> new Granted();
      case Allow.Signature signature -> new Refused("a signed request");
      case Allow.Authenticated rule ->
          caller.map(principal -> authenticated(rule, principal)).orElse(new CredentialMissing());
    };
  }

  private static Access authenticated(Allow.Authenticated rule, Principal caller) {
    if (!rule.kinds().contains(caller.kind())) {
      return new CredentialMissing();
    }
    if (!caller.scopes().containsAll(rule.allScopes())) {
      return new Refused("scopes " + String.join(" ", rule.allScopes()));
    }
    if (lacksAny(rule.anyScope(), caller.scopes())) {
      return new Refused("one scope of " + String.join(" ", rule.anyScope()));
    }
    if (!caller.roles().containsAll(rule.allRoles())) {
      return new Refused("roles " + String.join(", ", rule.allRoles()));
    }
    if (lacksAny(rule.anyRole(), caller.roles())) {
      return new Refused("one role of " + String.join(", ", rule.anyRole()));
    }
    return new Granted();
  }

  private static boolean lacksAny(List<String> wanted, List<String> held) {
    return !wanted.isEmpty() && wanted.stream().noneMatch(held::contains);
  }
}
