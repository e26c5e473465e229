package dev.gatehouse.authorizer;

import java.time.Instant;
import java.util.Optional;

/** The copy of an issuer's key set that all environments share; losing it costs a fetch. */
interface KeySetCopies {
  /** No copy, ever. */
  KeySetCopies NONE =
      new KeySetCopies() {
        @Override
        public Optional<Copy> read() {
          return Optional.empty();
        }

        @Override
        public boolean write(Copy copy) {
          return true;
        }
      };

  /** The copy, if there is one and it can be read; never throws. */
  Optional<Copy> read();

  /** Keeps a copy; false where that cannot be done now, never throws. */
  boolean write(Copy copy);

  /**
   * A key set as an issuer published it.
   *
   * @param fetchedAt when it left the issuer
   */
  record Copy(Instant fetchedAt, String json) {}
}
