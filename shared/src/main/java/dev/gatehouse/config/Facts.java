package dev.gatehouse.config;

import java.util.Optional;

/** How the facts of a request are written that make up a limit's key. */
final class Facts {
  private static final String HEADER = "header:";
  private static final String CLAIM = "claim:";

  private Facts() {}

  static Optional<Limit.Key> parse(String text) {
    return switch (text) {
      case "user" -> Optional.of(Limit.Key.Fact.USER);
      case "ip" -> Optional.of(Limit.Key.Fact.IP);
      case "route" -> Optional.of(Limit.Key.Fact.ROUTE);
      case "apiKey" -> Optional.of(Limit.Key.Fact.API_KEY);
      case "tier" -> Optional.of(Limit.Key.Fact.TIER);
      default -> named(text);
    };
  }

  private static Optional<Limit.Key> named(String text) {
    if (text.startsWith(HEADER)) {
      String name = text.substring(HEADER.length());
      return accepted(Notation.HEADER, name).map(Limit.Key.Header::new);
    }
    if (text.startsWith(CLAIM)) {
      String name = text.substring(CLAIM.length());
      return accepted(Notation.CLAIM, name).map(Limit.Key.Claim::new);
    }
    return Optional.empty();
  }

  private static Optional<String> accepted(Notation notation, String text) {
    return notation.refusal().apply(text).isEmpty() ? Optional.of(text) : Optional.empty();
  }
}
