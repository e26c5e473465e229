package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.KeySetCopies.Copy;
import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published keys of one issuer: in memory, then the copy in Redis, then the issuer itself.
 *
 * <p>A set is fresh for {@link #FRESH} from the moment it left the issuer, by the wall clock, so a
 * snapshot ages while it sleeps and a withdrawn key is gone after that time. A set that is no
 * longer fresh, or that does not have the key which a token names, is renewed, as often as {@link
 * FetchBudget} allows and by one thread at a time. Where that fails the last good set serves until
 * it is older than {@code stale}; after that there are no keys.
 *
 * <p>A fetched set that Redis did not take, as in an environment that is primed before its
 * connection stands, is offered again by later lookups.
 */
final class JwksKeys implements IssuerKeys {
  static final Duration FRESH = Duration.ofMinutes(10);

  private static final JoseHeader ANY = new JoseHeader("", Optional.empty());
  private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

  private final String issuer;
  private final KeySetSource source;
  private final KeySetCopies copies;
  private final Duration stale;
  private final InstantSource clock;
  private final FetchBudget budget = new FetchBudget();
  private final FetchBudget offers = new FetchBudget();
  private final ReentrantLock renewal = new ReentrantLock();
  private volatile @Nullable Held held;
  private volatile @Nullable Copy unshared;

  /**
   * @param issuer our name for it
   * @param stale how old a set may be that serves while the issuer cannot be reached
   */
  JwksKeys(
      String issuer,
      KeySetSource source,
      KeySetCopies copies,
      Duration stale,
      InstantSource clock) {
    this.issuer = issuer;
    this.source = source;
    this.copies = copies;
    this.stale = longest(stale);
    this.clock = clock;
  }

  /** A usable set and when it left the issuer. */
  private record Held(KeySet keys, Instant fetchedAt) {
    boolean has(JoseHeader header) {
      return !(keys.select(header) instanceof KeySet.Selection.Unknown);
    }
  }

  @Override
  public Lookup find(JoseHeader header) {
    Held current = held;
    if (current == null || !youngerThan(FRESH, current.fetchedAt()) || !current.has(header)) {
      current = renewed(current, header);
    } else if (unshared != null) {
      offer();
    }
    return current == null || !youngerThan(stale, current.fetchedAt())
        ? new Lookup.Missing(
            "no key set of " + issuer + " (expected: one younger than " + stale + ")")
        : IssuerKeys.in(current.keys(), header);
  }

  @Override
  public void load() {
    find(ANY);
  }

  /** How old the set in memory is; empty without one. */
  Optional<Duration> age() {
    return Optional.ofNullable(held).map(set -> Duration.between(set.fetchedAt(), clock.instant()));
  }

  /** How long a set may be of any use. */
  static Duration longest(Duration stale) {
    return stale.compareTo(FRESH) > 0 ? stale : FRESH;
  }

  /** A time in the future is no age: it is not believed. */
  private boolean youngerThan(Duration bound, Instant fetchedAt) {
    Duration age = Duration.between(fetchedAt, clock.instant());
    return age.compareTo(bound) < 0 && age.compareTo(FetchBudget.GAP.negated()) > 0;
  }

  /** The newest set there is; the one that was seen, when nothing newer can be had. */
  private @Nullable Held renewed(@Nullable Held seen, JoseHeader wanted) {
    renewal.lock();
    try {
      if (Objects.equals(held, seen) && budget.spend(clock.instant())) {
        copies.read().ifPresent(this::adoptIfNewer);
        if (Objects.equals(held, seen) || !sufficient(wanted)) {
          fetch();
        }
      }
      return held;
    } finally {
      renewal.unlock();
    }
  }

  private boolean sufficient(JoseHeader wanted) {
    Held current = held;
    return current != null && youngerThan(FRESH, current.fetchedAt()) && current.has(wanted);
  }

  private void adoptIfNewer(Copy copy) {
    Held current = held;
    boolean newer = current == null || copy.fetchedAt().isAfter(current.fetchedAt());
    if (newer && youngerThan(stale, copy.fetchedAt())) {
      adopt(copy);
    }
  }

  private void fetch() {
    Instant now = clock.instant();
    switch (source.fetch()) {
      case KeySetSource.Answer.Failed(String reason) ->
          LOG.warn("key set of {}: {}", issuer, reason);
      case KeySetSource.Answer.Fetched(String json) -> {
        Copy copy = new Copy(now, json);
        if (adopt(copy) && !copies.write(copy)) {
          unshared = copy;
        }
      }
    }
  }

  /** Shares the set that is not in Redis, unless there is a newer one. */
  private void offer() {
    if (!renewal.tryLock()) {
      return;
    }
    try {
      if (offers.spend(clock.instant())) {
        copies.read().ifPresent(this::adoptIfNewer);
        Copy copy = unshared;
        if (copy != null && copies.write(copy)) {
          unshared = null;
        }
      }
    } finally {
      renewal.unlock();
    }
  }

  private boolean adopt(Copy copy) {
    return switch (KeySetLinter.lint(copy.json(), Visibility.PUBLIC)) {
      case Linted.Unusable(String reason) -> {
        LOG.warn("key set of {}: {}", issuer, reason);
        yield false;
      }
      case Linted.Usable(KeySet keys, var faults) -> {
        faults.forEach(fault -> LOG.warn("key set of {}: {}", issuer, fault));
        held = new Held(keys, copy.fetchedAt());
        unshared = null;
        yield true;
      }
    };
  }
}
