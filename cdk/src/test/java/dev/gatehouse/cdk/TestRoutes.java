package dev.gatehouse.cdk;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Messages;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.When;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Routes that differ only in what these tests look at. */
final class TestRoutes {
  private TestRoutes() {}

  static Route route(Match match, Allow allow) {
    return new Route(
        1,
        match,
        When.ALWAYS,
        Destination.service("service"),
        allow,
        List.of(),
        Optional.empty(),
        new Route.Idempotency(
            Route.Idempotency.Mode.OFF,
            Duration.ofHours(24),
            Route.Idempotency.KeyFormat.ANY,
            Route.Idempotency.Store.ALL,
            422,
            false),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Messages.UNTOUCHED);
  }

  static Allow allow(String word) {
    return switch (word) {
      case "public" -> new Allow.Public();
      case "optional" -> new Allow.Anonymous();
      case "jwt" -> authenticated(Allow.CredentialKind.JWT);
      case "apiKey" -> authenticated(Allow.CredentialKind.API_KEY);
      case "either" -> authenticated(Allow.CredentialKind.JWT, Allow.CredentialKind.API_KEY);
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static Allow authenticated(Allow.CredentialKind... kinds) {
    return new Allow.Authenticated(Set.of(kinds), List.of(), List.of(), List.of(), List.of());
  }
}
