package dev.gatehouse.authorizer;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** API keys in a map, and how often they were read and written. */
final class InMemoryApiKeys implements ApiKeys {
  private final SortedMap<String, ApiKey> keys = new TreeMap<>();
  private int reads;
  private int writes;
  private boolean away;

  /** Nothing is answered from now on, or everything. */
  void away(boolean gone) {
    away = gone;
  }

  int reads() {
    return reads;
  }

  int writes() {
    return writes;
  }

  @Override
  public Stored<Optional<ApiKey>> find(String id) {
    reads++;
    return answer(Optional.ofNullable(keys.get(id)));
  }

  @Override
  public Stored<Boolean> add(ApiKey key) {
    return answer(keys.putIfAbsent(key.id(), key) == null);
  }

  @Override
  public Stored<Boolean> replace(ApiKey old, Instant oldEndsAt, ApiKey successor, Instant now) {
    ApiKey current = keys.get(old.id());
    if (current == null || !current.alive(now) || keys.containsKey(successor.id())) {
      return answer(false);
    }
    keys.put(
        old.id(), with(current, Optional.of(oldEndsAt), current.revokedAt(), current.lastUsed()));
    keys.put(successor.id(), successor);
    return answer(true);
  }

  @Override
  public Stored<Optional<ApiKey>> revoke(String id, Instant now) {
    ApiKey current = keys.get(id);
    if (current == null) {
      return answer(Optional.empty());
    }
    Optional<Instant> revokedAt = current.revokedAt().or(() -> Optional.of(now));
    keys.put(id, with(current, current.endsAt(), revokedAt, current.lastUsed()));
    return answer(Optional.ofNullable(keys.get(id)));
  }

  @Override
  public Stored<Boolean> used(String id, LocalDate day) {
    writes++;
    ApiKey current = keys.get(id);
    if (current == null || current.lastUsed().filter(last -> !last.isBefore(day)).isPresent()) {
      return answer(false);
    }
    keys.put(id, with(current, current.endsAt(), current.revokedAt(), Optional.of(day)));
    return answer(true);
  }

  @Override
  public Stored<Page<ApiKey>> list(int most, Optional<String> after) {
    List<ApiKey> rest =
        keys.values().stream()
            .filter(key -> after.filter(id -> key.id().compareTo(id) <= 0).isEmpty())
            .toList();
    List<ApiKey> items = rest.stream().limit(most).toList();
    Optional<String> next =
        rest.size() > most ? Optional.of(items.getLast().id()) : Optional.empty();
    return answer(new Page<>(items, next));
  }

  private <T> Stored<T> answer(T value) {
    return away ? new Stored.Unavailable<>("away") : new Stored.Answered<>(value);
  }

  private static ApiKey with(
      ApiKey key,
      Optional<Instant> endsAt,
      Optional<Instant> revokedAt,
      Optional<LocalDate> lastUsed) {
    return new ApiKey(
        key.id(),
        key.digest(),
        key.owner(),
        key.name(),
        key.scopes(),
        key.roles(),
        key.tier(),
        key.createdAt(),
        endsAt,
        key.replaces(),
        revokedAt,
        lastUsed);
  }
}
