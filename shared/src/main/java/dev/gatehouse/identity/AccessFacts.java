package dev.gatehouse.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the access table says about credentials, read by the ids of its records. */
public interface AccessFacts {
  /** One record, as far as it can end a credential. */
  record Fact(
      Optional<Instant> revokedAt,
      Optional<Instant> endsAt,
      Optional<Instant> issuedBefore,
      Optional<Instant> expiresAt) {
    /** Whether this is over and only waits to be deleted, which takes DynamoDB days. */
    boolean over(Instant now) {
      return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }
  }

  /** The outcome of a reading. */
  sealed interface Reading {
    /**
     * The records that are there.
     *
     * @param facts by id
     */
    record Known(Map<String, Fact> facts) implements Reading {
      public Known {
        facts = Map.copyOf(facts);
      }
    }

    /**
     * The table did not answer.
     *
     * @param reason the fault's class, for the log
     */
    record Unavailable(String reason) implements Reading {}
  }

  /** Reads these records, at most 100 (BatchGetItem's bound), as they are now. */
  Reading read(List<String> ids);
}
