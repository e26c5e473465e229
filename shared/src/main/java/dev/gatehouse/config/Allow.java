package dev.gatehouse.config;

import java.util.List;
import java.util.Set;

/** Who may use a route. */
public sealed interface Allow {
  /** Everyone; credentials are not looked at. */
  record Public() implements Allow {}

  /** Everyone; a valid credential makes the caller known, an invalid one is refused. */
  record Anonymous() implements Allow {}

  /**
   * Callers with a valid credential of one of these kinds who satisfy every list.
   *
   * @param kinds never empty
   * @param allScopes scopes that the caller needs, all of them
   * @param anyScope scopes of which the caller needs one; empty asks for none
   * @param allRoles roles that the caller needs, all of them
   * @param anyRole roles of which the caller needs one; empty asks for none
   */
  record Authenticated(
      Set<CredentialKind> kinds,
      List<String> allScopes,
      List<String> anyScope,
      List<String> allRoles,
      List<String> anyRole)
      implements Allow {
    public Authenticated {
      kinds = Set.copyOf(kinds);
      allScopes = List.copyOf(allScopes);
      anyScope = List.copyOf(anyScope);
      allRoles = List.copyOf(allRoles);
      anyRole = List.copyOf(anyRole);
    }
  }

  /** Senders that sign the body. */
  record Signature(Scheme scheme, String secret) implements Allow {
    public enum Scheme {
      STRIPE
    }
  }

  /** A kind of credential. */
  enum CredentialKind {
    JWT,
    API_KEY
  }
}
