package dev.gatehouse.authorizer;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Revocations in a map. */
final class InMemoryRevocationList implements RevocationList {
  private final SortedMap<String, Revocation> all = new TreeMap<>();

  @Override
  public Stored<Boolean> put(Revocation revocation) {
    all.put(revocation.id(), revocation);
    return new Stored.Answered<>(true);
  }

  @Override
  public Stored<Optional<Revocation>> lift(String id) {
    return new Stored.Answered<>(Optional.ofNullable(all.remove(id)));
  }

  @Override
  public Stored<Page<Revocation>> list(int most, Optional<String> after) {
    List<Revocation> rest =
        all.values().stream()
            .filter(one -> after.filter(id -> one.id().compareTo(id) <= 0).isEmpty())
            .toList();
    List<Revocation> items = rest.stream().limit(most).toList();
    Optional<String> next =
        rest.size() > most ? Optional.of(items.getLast().id()) : Optional.empty();
    return new Stored.Answered<>(new Page<>(items, next));
  }
}
