package dev.gatehouse.authorizer;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * All API keys.
 *
 * <p>A record outlives its key by {@link #KEPT_DAYS}, so that the list still says what became of
 * it.
 */
interface ApiKeys {
  int KEPT_DAYS = 90;

  /** As it is now. */
  Stored<Optional<ApiKey>> find(String id);

  /** Adds a key; false if the id is taken. */
  Stored<Boolean> add(ApiKey key);

  /**
   * Adds a key and ends the one that it replaces, both or neither.
   *
   * @param oldEndsAt when the old one ends, unless it ends before
   * @return false if the old one has ended or been revoked meanwhile
   */
  Stored<Boolean> replace(ApiKey old, Instant oldEndsAt, ApiKey successor, Instant now);

  /** Revokes a key for good; the first time stands. Empty if there is none. */
  Stored<Optional<ApiKey>> revoke(String id, Instant now);

  /** Notes the day of a use, unless that or a later one is noted. */
  Stored<Boolean> used(String id, LocalDate day);

  /** Some keys, in no order that means anything. */
  Stored<Page<ApiKey>> list(int most, Optional<String> after);
}
