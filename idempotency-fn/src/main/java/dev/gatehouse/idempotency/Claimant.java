package dev.gatehouse.idempotency;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.identity.Principal;

/**
 * To whom a record belongs: no two claimants ever share one, whatever key they send.
 *
 * @param kind what vouches for the name
 * @param realm the token's issuer; empty for API keys and anonymous callers, the consumer's scope
 *     for a workload
 * @param subject the user, or the API key's owner; empty for anonymous callers and workloads
 */
public record Claimant(Kind kind, String realm, String subject) {
  /**
   * Nobody in particular: the key itself is the only proof, so it has to be one that cannot be
   * guessed (docs/decisions.md, "Anonymous keys").
   */
  public static final Claimant ANONYMOUS = new Claimant(Kind.ANONYMOUS, "", "");

  /** What vouches for a claimant's name. */
  public enum Kind {
    JWT("jwt"),
    API_KEY("api-key"),
    ANONYMOUS("none"),
    WORKLOAD("workload");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A caller whose credential was verified. */
  public static Claimant of(Principal principal) {
    Kind kind = principal.kind() == CredentialKind.JWT ? Kind.JWT : Kind.API_KEY;
    return new Claimant(kind, principal.issuer(), principal.subject());
  }

  /** A workload of the account that shares the ledger by direct invocation. */
  public static Claimant workload(String scope) {
    return new Claimant(Kind.WORKLOAD, scope, "");
  }
}
