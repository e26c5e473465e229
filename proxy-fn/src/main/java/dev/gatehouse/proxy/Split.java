package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Destination;
import dev.gatehouse.config.Destination.Share;
import dev.gatehouse.config.Route;
import dev.gatehouse.http.Exchange;
import java.util.List;

/**
 * Several services that share the callers of a route by weight, each caller always at the same one:
 * weighted rendezvous hashing. A service's score for a caller is {@code weight / -ln(u)}, where
 * {@code u} in (0, 1) is a hash of both; the highest score has the caller. So each service gets its
 * share, and a change of weights moves callers only from services whose share shrinks towards those
 * whose share grows: between two, exactly the difference.
 *
 * <p>A caller is its issuer and subject, or its address while it is unknown. Routes with the same
 * services and weights send a caller the same way.
 *
 * @param sides the route to each of the services
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-bess-weighted-hrw/">Weighted HRW</a>
 */
record Split(List<Side> sides) {
  /** The mantissa of a double. */
  private static final int PRECISION = 53;

  /** One service, as a route of its own. */
  record Side(Route route, int weight) {}

  static Split of(Route route, Destination.Services services) {
    return new Split(
        services.shares().stream()
            .filter(share -> share.weight() > 0)
            .map(share -> side(route, services, share))
            .toList());
  }

  private static Side side(Route route, Destination.Services services, Share share) {
    return new Side(
        route.to(new Destination.Services(List.of(share), services.rewrite())), share.weight());
  }

  /** The route of this caller, which has been made known if it can be. */
  Route route(Exchange exchange) {
    return route(
        exchange
            .caller()
            .map(
                caller ->
                    List.of(
                        caller.kind() == CredentialKind.JWT ? "jwt" : "api-key",
                        caller.issuer(),
                        caller.subject()))
            .orElseGet(() -> List.of("address", exchange.clientAddress())));
  }

  /** The route of a caller. */
  Route route(List<String> caller) {
    Side best = sides.getFirst();
    double highest = -1;
    for (Side side : sides) {
      double score = score(side, caller);
      if (score > highest) {
        best = side;
        highest = score;
      }
    }
    return best.route();
  }

  /** In strict arithmetic, so that all environments agree. */
  private static double score(Side side, List<String> caller) {
    long bits = new Digest().add(side.route().service()).add(caller).bits() >>> (64 - PRECISION);
    double unit = (bits + 0.5) / (1L << PRECISION);
    return side.weight() / -StrictMath.log(unit);
  }
}
