package dev.gatehouse.identity;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.identity.AccessFacts.Fact;
import dev.gatehouse.identity.AccessFacts.Reading;
import dev.gatehouse.lifecycle.Participant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a credential has been ended before its time, asked on every request because API Gateway
 * may still hold the authorizer's Allow.
 *
 * <p>A token is revoked by its {@code jti}, or with all tokens of its subject that were issued
 * before an instant (a token without {@code iat} counts among them); an API key by its own record
 * (revoked, ended, gone) or by a revocation.
 *
 * <p>One read per caller and {@link #AGE}, so a revocation holds {@link #AGE} after it was written
 * at the latest. While the table does not answer, a caller's last answer serves until it is {@link
 * #STALE} old, and the table is asked again after {@link #SILENCE}; after that, and for a caller
 * that was never asked about, nothing is known, and who is not known does not come in.
 */
public final class Revocations implements Participant {
  /** How long an answer is used before the table is asked again. */
  public static final Duration AGE = Duration.ofSeconds(10);

  /** How old an answer may be that serves while the table is away. */
  public static final Duration STALE = Duration.ofMinutes(5);

  /** How long nobody asks after a failure. */
  public static final Duration SILENCE = Duration.ofSeconds(1);

  /** Two short answers of about 300 octets each: 3 MB. */
  private static final int MOST = 10_000;

  private final AccessFacts facts;
  private final InstantSource clock;
  private final RecentAnswers<Map<String, Fact>> answers = new RecentAnswers<>(MOST);
  private volatile Instant failedAt = Instant.MIN;

  public Revocations(AccessFacts facts, InstantSource clock) {
    this.facts = facts;
    this.clock = clock;
  }

  /**
   * Those of an environment.
   *
   * @param environment {@code ACCESS_TABLE}, the table's name
   */
  public static Revocations in(
      Dynamo dynamo, Map<String, String> environment, InstantSource clock) {
    String table = environment.getOrDefault("ACCESS_TABLE", "");
    return new Revocations(new DynamoAccessFacts(dynamo, table), clock);
  }

  /** How a credential stands. */
  public sealed interface Standing {
    /** Nothing has ended it. */
    record Valid() implements Standing {}

    /**
     * It has been ended.
     *
     * @param reason by what, for the log
     */
    record Revoked(String reason) implements Standing {}

    /**
     * It cannot be told.
     *
     * @param reason why, for the log
     */
    record Unknown(String reason) implements Standing {}
  }

  /** How this caller's credential stands now. */
  public Standing of(Principal caller) {
    List<String> ids = ids(caller);
    String question = question(ids);
    Instant now = clock.instant();
    Optional<Map<String, Fact>> fresh = answers.youngerThan(AGE, question, now);
    if (fresh.isPresent()) {
      return standing(caller, ids, fresh.get(), now);
    }
    if (silent(now)) {
      return last(caller, ids, now, "not asked again yet");
    }
    return switch (facts.read(ids)) {
      case Reading.Known(Map<String, Fact> known) -> {
        answers.keep(question, known, now);
        yield standing(caller, ids, known, now);
      }
      case Reading.Unavailable(String reason) -> {
        failedAt = clock.instant();
        yield last(caller, ids, now, reason);
      }
    };
  }

  @Override
  public void prime() {
    facts.read(List.of(AccessIds.KEY, AccessIds.REVOKED));
  }

  private boolean silent(Instant now) {
    return !now.isBefore(failedAt) && failedAt.isAfter(now.minus(SILENCE));
  }

  private Standing last(Principal caller, List<String> ids, Instant now, String reason) {
    return answers
        .youngerThan(STALE, question(ids), now)
        .map(known -> standing(caller, ids, known, now))
        .orElse(new Standing.Unknown(reason));
  }

  private static String question(List<String> ids) {
    return String.join(" ", ids);
  }

  /** What can end it: an API key's own record first, then each revocation. */
  private static List<String> ids(Principal caller) {
    if (caller.kind() == CredentialKind.API_KEY) {
      String id = caller.credential().orElse("");
      return List.of(AccessIds.KEY + id, AccessIds.REVOKED + AccessIds.ofKey(id));
    }
    String subject = AccessIds.REVOKED + AccessIds.ofSubject(caller.issuer(), caller.subject());
    return caller
        .credential()
        .map(jti -> List.of(AccessIds.REVOKED + AccessIds.ofToken(caller.issuer(), jti), subject))
        .orElse(List.of(subject));
  }

  private static Standing standing(
      Principal caller, List<String> ids, Map<String, Fact> facts, Instant now) {
    return caller.kind() == CredentialKind.API_KEY
        ? keyStanding(ids, facts, now)
        : tokenStanding(caller, ids, facts, now);
  }

  private static Standing keyStanding(List<String> ids, Map<String, Fact> facts, Instant now) {
    Fact key = facts.get(ids.getFirst());
    if (key == null) {
      return new Standing.Revoked("API key is gone");
    }
    if (key.revokedAt().isPresent()) {
      return new Standing.Revoked("API key is revoked");
    }
    if (key.endsAt().filter(end -> !now.isBefore(end)).isPresent()) {
      return new Standing.Revoked("API key has ended");
    }
    return holds(facts, ids.getLast(), now).isPresent()
        ? new Standing.Revoked("revocation of the API key")
        : new Standing.Valid();
  }

  private static Standing tokenStanding(
      Principal caller, List<String> ids, Map<String, Fact> facts, Instant now) {
    if (ids.size() > 1 && holds(facts, ids.getFirst(), now).isPresent()) {
      return new Standing.Revoked("revocation of the jti");
    }
    return holds(facts, ids.getLast(), now)
            .filter(fact -> issuedBefore(caller, fact.issuedBefore()))
            .isPresent()
        ? new Standing.Revoked("revocation of the subject")
        : new Standing.Valid();
  }

  /** Whoever cannot prove to be younger is older. */
  private static boolean issuedBefore(Principal caller, Optional<Instant> bound) {
    return bound.isEmpty()
        || caller.issuedAt().map(issued -> issued.isBefore(bound.get())).orElse(true);
  }

  private static Optional<Fact> holds(Map<String, Fact> facts, String id, Instant now) {
    return Optional.ofNullable(facts.get(id)).filter(fact -> !fact.over(now));
  }
}
