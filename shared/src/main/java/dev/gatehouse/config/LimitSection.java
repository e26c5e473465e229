package dev.gatehouse.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An entry of {@code limits:}: what its {@link Form} cannot say, and its record. */
final class LimitSection {
  private LimitSection() {}

  static void check(Cursor limit, Faults faults) {
    Optional<Queue.Rate> rate = limit.text("rate").flatMap(Quantities::rate);
    Optional<Queue.Rate> window = limit.text("window").flatMap(Quantities::rate);
    long cost = number(limit, "cost").orElse(1L);
    if (window.isPresent() && limit.at("rate").isEmpty()) {
      limit.at("burst").ifPresent(burst -> faults.at(burst, "no burst beside a window"));
      fits(limit, cost, window.get().count(), "window", faults);
    } else if (limit.at("burst").isPresent()) {
      number(limit, "burst").ifPresent(burst -> fits(limit, cost, burst, "burst", faults));
    } else {
      rate.ifPresent(refill -> fits(limit, cost, refill.count(), "rate", faults));
    }
    limit
        .at("when")
        .filter(when -> when.isMapping() && when.entries().isEmpty())
        .ifPresent(when -> faults.at(when, "tier, role or caller"));
    Set<String> facts = new HashSet<>();
    limit.items("by").stream()
        .filter(fact -> !facts.add(fact.text().orElse("")))
        .forEach(fact -> faults.at(fact, "each fact once"));
  }

  static Limit read(String name, Cursor limit) {
    Values values = new Values(limit);
    return new Limit(
        name,
        facts(limit),
        algorithm(limit),
        values.whole("cost", 1),
        limit.at("when").map(LimitSection::when).orElse(Limit.When.ALWAYS),
        values.flag("shadow"),
        values.word("withoutRedis", Limit.WithoutRedis.LOCAL, LimitSection::withoutRedis));
  }

  private static Limit.When when(Cursor when) {
    return new Limit.When(
        when.text("tier"),
        when.text("role"),
        new Values(when).word("caller", Limit.Known.OR_NOT, LimitSection::known));
  }

  private static Limit.Known known(String word) {
    return word.equals("anonymous") ? Limit.Known.ANONYMOUS : Limit.Known.SIGNED_IN;
  }

  /** A request that costs more than there can ever be is never served. */
  private static void fits(Cursor limit, long cost, long size, String key, Faults faults) {
    if (cost > size) {
      Cursor place = limit.at(key).or(() -> limit.at("cost")).orElse(limit);
      faults.at(place, "at least " + cost + ", the cost of one request");
    }
  }

  private static Optional<Long> number(Cursor limit, String key) {
    return limit
        .text(key)
        .filter(text -> text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9'))
        .filter(text -> !text.isEmpty())
        .map(Long::parseLong);
  }

  private static List<Limit.Key> facts(Cursor limit) {
    Cursor by = limit.at("by").orElseThrow();
    List<Cursor> places = by.isSequence() ? by.items() : List.of(by);
    return places.stream()
        .map(place -> Facts.parse(place.text().orElseThrow()).orElseThrow())
        .toList();
  }

  private static Limit.Algorithm algorithm(Cursor limit) {
    Optional<Queue.Rate> window = limit.text("window").flatMap(Quantities::rate);
    if (window.isPresent()) {
      return new Limit.Algorithm.SlidingWindow(window.get().count(), window.get().per());
    }
    Queue.Rate rate = limit.text("rate").flatMap(Quantities::rate).orElseThrow();
    long burst = number(limit, "burst").orElse(rate.count());
    return new Limit.Algorithm.TokenBucket(rate.count(), rate.per(), burst);
  }

  private static Limit.WithoutRedis withoutRedis(String word) {
    return switch (word) {
      case "allow" -> Limit.WithoutRedis.ALLOW;
      case "deny" -> Limit.WithoutRedis.DENY;
      default -> Limit.WithoutRedis.LOCAL;
    };
  }
}
