package dev.gatehouse.authorizer;

/** The keys of one issuer, wherever they come from. */
interface IssuerKeys {

  /** The key that a token's signature is to be checked with. */
  Lookup find(JoseHeader header);

  /** Reads the keys ahead of the first token; never throws. */
  void load();

  /** The outcome of a search. */
  sealed interface Lookup {
    record Found(VerificationKey key) implements Lookup {}

    record Missing(String reason) implements Lookup {}
  }

  /** What a key set says, in the words of a search. */
  static Lookup in(KeySet keys, JoseHeader header) {
    return switch (keys.select(header)) {
      case KeySet.Selection.Found(VerificationKey key) -> new Lookup.Found(key);
      case KeySet.Selection.Unknown() -> new Lookup.Missing("kid unknown");
      case KeySet.Selection.Unsuitable(String reason) -> new Lookup.Missing(reason);
    };
  }
}
