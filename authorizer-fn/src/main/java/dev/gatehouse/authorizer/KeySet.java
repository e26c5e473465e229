package dev.gatehouse.authorizer;

import java.util.List;
import java.util.Optional;

/** The usable keys of one issuer; no two have the same id. */
record KeySet(List<VerificationKey> keys) {
  KeySet {
    keys = List.copyOf(keys);
  }

  /** The outcome of looking for a key. */
  sealed interface Selection {
    record Found(VerificationKey key) implements Selection {}

    /** No key has this id; a newer set may. */
    record Unknown() implements Selection {}

    /** No set will do. */
    record Unsuitable(String reason) implements Selection {}
  }

  /**
   * The key for a token: the one that the token names, or the only one where it names none (RFC
   * 7515 appendix D).
   */
  Selection select(JoseHeader header) {
    if (header.keyId().isEmpty() && keys.size() > 1) {
      return new Selection.Unsuitable(
          "kid missing (expected: one, the key set has " + keys.size() + " keys)");
    }
    Optional<VerificationKey> key =
        header.keyId().isEmpty() ? keys.stream().findFirst() : withId(header.keyId().get());
    return key.map(found -> suitable(found, header.algorithm())).orElse(new Selection.Unknown());
  }

  private Optional<VerificationKey> withId(String id) {
    return keys.stream().filter(key -> key.id().filter(id::equals).isPresent()).findFirst();
  }

  private static Selection suitable(VerificationKey key, String algorithm) {
    return key.algorithms().contains(algorithm)
        ? new Selection.Found(key)
        : new Selection.Unsuitable("key is not for the token's alg");
  }
}
