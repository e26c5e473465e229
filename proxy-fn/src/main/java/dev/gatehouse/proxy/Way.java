package dev.gatehouse.proxy;

import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Route;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A route with what it needs on every request.
 *
 * @param name the same for all requests of its match
 * @param variant what its requests have beside the match; empty for nothing
 */
record Way(
    Route route,
    String name,
    String variant,
    List<Limit> limits,
    Optional<VersionFields> version,
    Optional<BodyRules> body,
    Optional<Fallback> fallback,
    Course course) {

  /** Where it leads. */
  sealed interface Course {
    /** To one service. */
    record Straight() implements Course {}

    /** To one of several services. */
    record Parted(Split split) implements Course {}

    /** Back to the client. */
    record Back(Destination.Redirect redirect) implements Course {}
  }

  /**
   * @param schemas those that are compiled; routes share them
   */
  static Way of(Route route, Gateway gateway, Map<String, BodySchema> schemas) {
    return new Way(
        route,
        route.match().toString(),
        route.when().toString(),
        route.limits().stream()
            .map(name -> Objects.requireNonNull(gateway.limits().get(name)))
            .toList(),
        route.version().map(VersionFields::of),
        route.messages().accepts().map(accepts -> BodyRules.of(accepts, schemas)),
        route.messages().fallback().map(Fallback::of),
        course(route));
  }

  private static Course course(Route route) {
    return switch (route.to()) {
      case Destination.Redirect redirect -> new Course.Back(redirect);
      case Destination.Services services ->
          services.shares().size() == 1
              ? new Course.Straight()
              : new Course.Parted(Split.of(route, services));
    };
  }
}
