package dev.gatehouse.authorizer;

import java.util.Optional;

/** All revocations. */
interface RevocationList {
  /** Adds one, in the place of an earlier one about the same. */
  Stored<Boolean> put(Revocation revocation);

  /** Lifts one; empty if there is none. */
  Stored<Optional<Revocation>> lift(String id);

  /** Some revocations, in no order that means anything. */
  Stored<Page<Revocation>> list(int most, Optional<String> after);
}
