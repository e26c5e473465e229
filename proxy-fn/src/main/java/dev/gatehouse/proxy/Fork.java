package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Matched;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.Variants;
import dev.gatehouse.config.When;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the routes of one match part: by host, headers and query, and by the version that is asked
 * for.
 *
 * @param ways in the order in which they are tried
 * @param vary what a cache has to know of the choice (RFC 9110 section 12.5.5)
 * @param versioned whether any of them is for a version
 */
record Fork(
    Match match, String pattern, List<Way> ways, List<Headers.Field> vary, boolean versioned)
    implements Matched {

  static Fork of(Variants variants, Gateway gateway, Map<String, BodySchema> schemas) {
    boolean versioned =
        variants.routes().stream().anyMatch(route -> route.when().version().isPresent());
    return new Fork(
        variants.match(),
        variants.match().pattern(),
        variants.routes().stream().map(route -> Way.of(route, gateway, schemas)).toList(),
        vary(variants.routes(), versioned),
        versioned);
  }

  private static List<Headers.Field> vary(List<Route> routes, boolean versioned) {
    Set<String> names = new TreeSet<>();
    routes.forEach(route -> route.when().headers().forEach(field -> names.add(field.name())));
    if (versioned) {
      names.addAll(List.of("accept", "accept-version"));
    }
    return names.isEmpty() ? List.of() : Headers.of("Vary", String.join(", ", names)).fields();
  }

  /**
   * The way of a request; the answer and the log tell of the choice.
   *
   * @throws GatewayException as {@link #way(GatewayRequest)}
   */
  Way way(Exchange exchange) {
    if (!vary.isEmpty()) {
      exchange.alsoAnswerWith(vary);
    }
    try {
      Way way = way(exchange.request());
      if (!way.variant().isEmpty()) {
        exchange.log().put("variant", way.variant());
      }
      return way;
    } catch (GatewayException e) {
      exchange.log().put("stage", "route");
      throw e;
    }
  }

  /**
   * The way of a request.
   *
   * @throws GatewayException NOT_FOUND when it fits none, NOT_ACCEPTABLE when it asks for a version
   *     that there is not, INVALID_REQUEST when it does not say which
   */
  Way way(GatewayRequest request) {
    Way first = ways.getFirst();
    if (ways.size() == 1 && first.variant().isEmpty()) {
      return first;
    }
    List<Way> fitting = new ArrayList<>(ways.size());
    for (Way way : ways) {
      if (Fit.fits(way.route().when(), request)) {
        fitting.add(way);
      }
    }
    if (fitting.isEmpty()) {
      throw new GatewayException(
          ErrorCode.NOT_FOUND, "Nothing is served to a request like this one under this path.");
    }
    return versioned ? ofVersion(fitting, AskedVersions.of(request.headers())) : fitting.getFirst();
  }

  private static Way ofVersion(List<Way> fitting, List<Optional<String>> versions) {
    for (Optional<String> asked : versions) {
      for (Way way : fitting) {
        if (serves(way.route().when(), asked)) {
          return way;
        }
      }
    }
    throw otherVersion(fitting);
  }

  /** Who names a version gets that one; who names none gets a route for all, or the default. */
  private static boolean serves(When when, Optional<String> asked) {
    return asked.isPresent()
        ? when.version().map(When.Version::name).equals(asked)
        : when.version().map(When.Version::isDefault).orElse(true);
  }

  private static GatewayException otherVersion(List<Way> fitting) {
    List<String> known =
        fitting.stream()
            .flatMap(way -> way.route().when().version().stream())
            .map(When.Version::name)
            .distinct()
            .toList();
    return new GatewayException(
        ErrorCode.NOT_ACCEPTABLE,
        "This path is served in other versions (expected: one of "
            + String.join(", ", known)
            + ").",
        Map.of("versions", known));
  }
}
